"""HTTP to addresses that people name: to the public internet, never into our own network."""

import asyncio
import socket
import ssl
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from adapters.errors import Rejected, Unavailable
from adapters.marketplaces.exchange import retry_after
from talknshop.messages import sentence

DEADLINE_S = 10.0
MOST_ADDRESSES_TRIED = 3
MOST_REDIRECTS = 3
_ANSWER_BYTES = 64 * 1024
_REDIRECTS = (301, 302, 303, 307, 308)
# What is routed on the public internet; all else of IPv6 is local, reserved or a way round.
_GLOBAL_UNICAST = IPv6Network("2000::/3")


class PrivateAddressError(httpcore.ConnectError):
    """The name leads into a private network."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def retry_after(self) -> timedelta | None:
        return retry_after(self.headers)


class PublicHttp:
    """Methods raise Rejected for an address that may not be used, Unavailable for no answer.

    The address that was checked is the one that is connected to, so a name that leads elsewhere a
    moment later (DNS rebinding) gains nothing. `private_hosts`: "host:port" that may be reached
    wherever they are, and without TLS.
    """

    def __init__(self, private_hosts: Collection[str] = ()) -> None:
        self._private_hosts = frozenset(private_hosts)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(),
            network_backend=_PublicOnly(self._private_hosts),
            max_connections=100,
            keepalive_expiry=5,
        )

    async def aclose(self) -> None:
        await self._pool.aclose()

    async def check(self, url: str) -> None:
        """Whether an address can be used at all, before it is kept."""
        self.check_form(url)
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _port_of(parts.scheme)
        if f"{host}:{port}" in self._private_hosts:
            return
        try:
            await _public_addresses(host, port)
        except PrivateAddressError as error:
            raise _refused(url) from error
        except OSError as error:
            raise Rejected(sentence("address_unknown", host=host)) from error

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Redirects are answers like others; of the answer's body, the beginning."""
        self.check_form(url)
        return await self._send("POST", url, headers, body, _ANSWER_BYTES)

    async def get(self, url: str, most_bytes: int) -> bytes:
        """What is there, after some redirects. Raises Rejected too when there is none or more."""
        for _ in range(MOST_REDIRECTS + 1):
            self.check_form(url)
            answer = await self._send("GET", url, {}, b"", most_bytes + 1)
            if answer.status in _REDIRECTS and "location" in answer.headers:
                url = urljoin(url, answer.headers["location"])
                continue
            if answer.status >= 500 or answer.status == 429:
                raise Unavailable(sentence("address_away", url=url, status=answer.status))
            if answer.status != 200:
                raise Rejected(sentence("address_gone", url=url, status=answer.status))
            if len(answer.body) > most_bytes:
                raise Rejected(sentence("address_too_large", url=url, most=most_bytes))
            return answer.body
        raise Rejected(sentence("address_leads_on", url=url))

    def check_form(self, url: str) -> None:
        """Raises Rejected for what can't be such an address, without looking anything up."""
        try:
            parts = urlsplit(url)
            port = parts.port or _port_of(parts.scheme)
        except ValueError as error:
            raise Rejected(sentence("address_invalid", url=url)) from error
        allowed = f"{parts.hostname}:{port}" in self._private_hosts
        if parts.scheme != "https" and not (parts.scheme == "http" and allowed):
            raise Rejected(sentence("address_not_https"))
        if not parts.hostname or parts.username is not None or not url.isascii():
            raise Rejected(sentence("address_unusable", url=url))

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes, most_bytes: int
    ) -> Answer:
        try:
            async with asyncio.timeout(DEADLINE_S):
                async with self._pool.stream(
                    method, url, headers=list(headers.items()), content=body
                ) as response:
                    read = bytearray()
                    async for chunk in response.aiter_stream():
                        read += chunk
                        if len(read) >= most_bytes:
                            break
                    known = httpx.Headers(response.headers)
                    return Answer(response.status, known, bytes(read[:most_bytes]))
        except PrivateAddressError as error:
            raise _refused(url) from error
        except (
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
            TimeoutError,
        ) as error:
            host = urlsplit(url).hostname
            raise Unavailable(sentence("address_silent", host=host or "")) from error


class _PublicOnly(httpcore.AsyncNetworkBackend):
    def __init__(self, private_hosts: frozenset[str]) -> None:
        self._private_hosts = private_hosts
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        if f"{host}:{port}" in self._private_hosts:
            addresses = [host]
        else:
            try:
                addresses = await _public_addresses(host, port)
            except OSError as error:
                raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError("no address")
        for address in addresses[:MOST_ADDRESSES_TRIED]:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


async def _public_addresses(host: str, port: int) -> list[str]:
    """Raises PrivateAddressError when a single one of them is not public, OSError for none."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not all(map(is_public, addresses)):
        raise PrivateAddressError(host)
    return addresses


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, also behind what wraps IPv4 in IPv6."""
    address = ip_address(text.split("%")[0])
    if isinstance(address, IPv6Address):
        if address not in _GLOBAL_UNICAST:
            return False
        wrapped = address.sixtofour or (address.teredo[1] if address.teredo else None)
        if wrapped is not None:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _port_of(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _refused(url: str) -> Rejected:
    return Rejected(sentence("address_private", host=urlsplit(url).hostname or ""))
