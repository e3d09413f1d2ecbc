"""A page whose access ends goes on as the same person, without being asked anything."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from tests.browser.person import Person
from tests.running import Running, another_gateway, bearer, eventually


async def test_a_page_goes_on_when_its_access_has_ended(
    browser: Browser, stack: Running, tmp_path: Path
) -> None:
    async with another_gateway(stack, TALKNSHOP_GATEWAY__TOKEN_LIFETIME="PT3S") as brief:
        context = await browser.new_context(locale="en-US", reduced_motion="reduce")
        person = Person(await context.new_page(), stack, tmp_path)
        await person.page.goto(brief.url)
        await person.says("Find me a kettle under $60")
        await person.answer_is_written()
        before = await _stored(person)
        await eventually(_is_refused(stack, before), "the access has ended")
        await person.says("only from eBay")
        await person.page.get_by_role("button", name="Change Where: only eBay").wait_for()
        await person.page.reload()
        await person.page.get_by_role("button", name="Change Where: only eBay").wait_for()
        after = await _stored(person)
        await context.close()
    assert after["user_id"] == before["user_id"]
    assert after["token"] != before["token"]


async def _stored(person: Person) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(
        await person.page.evaluate("localStorage.getItem('talknshop.person')")
    )
    return kept


def _is_refused(stack: Running, kept: dict[str, Any]) -> Callable[[], Awaitable[bool]]:
    async def look() -> bool:
        answer = await stack.http.get(f"{stack.web}/api/v1/jobs", headers=bearer(kept))
        return answer.status_code == 401

    return look
