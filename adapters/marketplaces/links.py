"""Reading the addresses that people paste."""

from urllib.parse import urlsplit


def path_on(url: str, domain: str, site: str) -> str | None:
    """The URL's path when it is on the domain, below it, or on the site; None elsewhere.

    `site` is where the marketplace's pages are on this installation; its own path is left out.
    """
    try:
        parts, own = urlsplit(url.strip()), urlsplit(site)
        place = (parts.hostname or "", parts.port)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if place == (own.hostname, own.port):
        return parts.path.removeprefix(own.path)
    is_there = place[0] == domain or place[0].endswith(f".{domain}")
    return parts.path if is_there else None
