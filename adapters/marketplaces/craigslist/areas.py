"""Which craigslist area a postal code lies in."""

from typing import NamedTuple


class Area(NamedTuple):
    area: str
    subarea: str | None


_BY_PREFIX: dict[str, Area] = {
    prefix: Area(area, subarea)
    for prefixes, area, subarea in (
        ("941", "sfo", "sfc"),
        ("940 943 944", "sfo", "pen"),
        ("945 946 947 948", "sfo", "eby"),
        ("949", "sfo", "nby"),
        ("950 951", "sfo", "sby"),
        ("981", "sea", "see"),
        ("980", "sea", "est"),
        ("100 101 102", "nyc", "mnh"),
        ("103", "nyc", "stn"),
        ("104", "nyc", "brx"),
        ("112", "nyc", "brk"),
        ("110 111 113 114 116", "nyc", "que"),
        ("900 901", "lax", "lac"),
        ("902 903 904", "lax", "wst"),
        ("907 908", "lax", "lgb"),
        ("913 914 915 916", "lax", "sfv"),
        ("606", "chi", "chc"),
    )
    for prefix in prefixes.split()
}


def area_of(postal_code: str, fallback: Area | None) -> Area | None:
    """By the first three digits of a US postal code; `fallback` for every other place."""
    return _BY_PREFIX.get(postal_code.strip()[:3], fallback)
