"""The interface's documentation can be read without any other host."""

from playwright.async_api import Request

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP


async def test_the_interface_is_documented_by_the_gateway_itself(meet: Meet) -> None:
    person = await meet(DESKTOP)
    elsewhere: list[str] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((person.stack.web, "data:", "blob:")):
            elsewhere.append(request.url)

    person.page.on("request", asked)
    await person.page.goto(f"{person.stack.web}/docs")
    await person.sees("/api/v1/post")
    assert elsewhere == []
