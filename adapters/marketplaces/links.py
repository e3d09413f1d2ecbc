"""Reading the addresses that people paste."""

from urllib.parse import urlsplit


def path_on(url: str, domain: str, *sites: str) -> str | None:
    """The URL's path when it is on the domain, below it, or on one of the sites; None elsewhere."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    known = {(urlsplit(site).hostname, urlsplit(site).port) for site in sites}
    is_there = host == domain or host.endswith(f".{domain}") or (host, port) in known
    return parts.path if is_there else None
