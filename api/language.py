"""The language in which a request is answered."""

import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request

from talknshop.messages import LANGUAGES

# A tag with its weight, RFC 9110 (12.5.4).
_RANGE = re.compile(
    r"([a-z]{2,3})(?:-[a-z0-9]+)*(?:\s*;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?", re.I
)


def accepted(header: str) -> str:
    """Of an Accept-Language header, the one of ours that is liked best; English without any."""
    liked: dict[str, float] = {}
    for part in header.split(",")[:20]:
        tag = _RANGE.fullmatch(part.strip())
        weight = float(tag[2] or 1) if tag else 0.0
        if tag and tag[1].lower() in LANGUAGES and weight:
            liked.setdefault(tag[1].lower(), weight)
    return max(liked, key=liked.__getitem__, default="en")


def language_of(headers: Mapping[str, str], asked: str | None = None) -> str:
    """`asked` is what a WebSocket's address names: browsers set none of its headers."""
    return asked if asked in LANGUAGES else accepted(headers.get("accept-language", ""))


def _of_request(request: Request) -> str:
    return language_of(request.headers)


Language = Annotated[str, Depends(_of_request)]
