"""Whom an address is counted as."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.requests import HTTPConnection

# A provider gives each customer at least so much of IPv6.
_ONE_CUSTOMER = 64


def address_of(connection: HTTPConnection) -> str:
    """The peer's IPv4 address, or the part of its IPv6 address that it can't choose by itself."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _ONE_CUSTOMER), strict=False))
