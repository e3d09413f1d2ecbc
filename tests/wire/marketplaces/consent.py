"""A marketplace's page that asks whether somebody agrees, and who does or does not."""

import re
from html import unescape
from urllib.parse import SplitResult, parse_qs, urlsplit

import httpx


async def pressed(
    http: httpx.AsyncClient, consent_url: str, button: str
) -> tuple[SplitResult, dict[str, str]]:
    """Where the browser is sent to, and with what."""
    page = await http.get(consent_url)
    assert page.status_code == 200, page.text
    buttons = dict(re.findall(r'id="(\w+)" href="([^"]+)"', page.text))
    answer = await http.get(unescape(buttons[button]))
    assert answer.status_code == 302
    to = urlsplit(answer.headers["location"])
    return to, {name: values[0] for name, values in parse_qs(to.query).items()}
