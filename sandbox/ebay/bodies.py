"""Reading what clients of eBay's REST APIs send."""

import json
from typing import Any

from fastapi import Request

from sandbox.ebay.errors import refused
from sandbox.state import Document


async def json_body(request: Request) -> Document:
    try:
        body = json.loads(await request.body())
    except ValueError as failure:
        raise refused(400, 2004, "Invalid request: no JSON.", domain="ACCESS") from failure
    if not isinstance(body, dict):
        raise refused(400, 2004, "Invalid request: a JSON object is needed.", domain="ACCESS")
    return body


def part_of(document: Document, *names: str) -> Document:
    """The object inside the object; empty when it is not there."""
    part: Any = document
    for name in names:
        part = part.get(name, {})
        if not isinstance(part, dict):
            raise refused(400, 2004, f"Could not serialize field [{name}]", domain="ACCESS")
    return dict(part)
