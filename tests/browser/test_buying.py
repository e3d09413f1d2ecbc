"""Buying in the browser: offers on desktop and phone, partial answers, a lost connection."""

import re

import pytest
from playwright.async_api import WebSocketRoute

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Screen
from tests.running import Running

LAPTOP = "Find me a laptop under $1000"


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
async def test_a_search_ends_in_ten_offers_that_open_at_their_marketplace(
    meet: Meet, screen: Screen
) -> None:
    person = await meet(screen)
    await person.presses(LAPTOP)
    await person.answer_is_written()
    await person.photographs(f"chat-buy-{screen.name}")
    assert await person.nothing_is_cut_off()
    await person.presses("Show")
    offers = (
        person.region("Offers").get_by_role("article").get_by_role("heading").get_by_role("link")
    )
    assert await offers.count() == 10
    for offer in await offers.all():
        assert await offer.get_attribute("rel") == "noopener noreferrer"
        assert await offer.get_attribute("target") == "_blank"
        assert re.match(r"https?://", await offer.get_attribute("href") or "")


async def test_a_reload_shows_the_whole_conversation_again(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me headphones under $200")
    await person.answer_is_written()
    before = await person.page.get_by_role("main").inner_text()
    await person.page.reload()
    await person.answer_is_written()
    assert await person.page.get_by_role("main").inner_text() == before


async def test_a_missing_marketplace_is_named(meet: Meet, stack: Running) -> None:
    await stack.fault(marketplace="walmart", match="", kind="status", status=500, count=50)
    try:
        person = await meet(DESKTOP)
        await person.says("Find me a blender under $150")
        await person.answer_is_written()
    finally:
        await stack.clear_faults()
    await person.sees("Without Walmart")


async def test_stop_ends_the_turn_and_the_next_one_works(meet: Meet, stack: Running) -> None:
    await stack.fault(marketplace="ebay", match="", kind="hang", count=1)
    try:
        person = await meet(DESKTOP)
        await person.says("Find me a desk lamp under $90")
        await person.presses("Stop")
        await person.sees("Stopped.")
    finally:
        await stack.clear_faults()
    await person.says(LAPTOP)
    await person.answer_is_written()


async def test_what_is_said_without_a_connection_arrives_once_it_is_back(meet: Meet) -> None:
    person = await meet(DESKTOP)
    away = False
    sockets: list[WebSocketRoute] = []

    def connect(socket: WebSocketRoute) -> None:
        if away:
            return  # left without an answer, as a network that swallows everything
        socket.connect_to_server()
        sockets.append(socket)

    await person.page.route_web_socket(re.compile("/ws/chat"), connect)
    await person.page.reload()
    await person.page.get_by_role("button", name=LAPTOP).wait_for()
    away = True
    await sockets[-1].close(code=1012)
    await person.says("Find me a keyboard under $80")
    await person.sees("Will be sent")
    away = False
    await person.page.reload()
    await person.answer_is_written()
    said = person.page.get_by_role("main").get_by_role("paragraph")
    assert await said.filter(has_text="Find me a keyboard under $80").count() == 1


async def test_the_conversation_can_be_seen_in_temporal(meet: Meet) -> None:
    person = await meet(DESKTOP)
    link = person.page.get_by_role("link", name="Open in Temporal")
    await link.wait_for()
    assert "conversation" in (await link.get_attribute("href") or "")


async def test_a_chip_changes_the_search_and_offers_are_compared(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.presses(LAPTOP)
    await person.answer_is_written()
    await person.presses("Change Price: up to $1,000")
    await person.fills("Up to", "700")
    await person.presses("Search again")
    await person.page.get_by_role("button", name="Change Price: up to $700").wait_for()
    await person.answer_is_written()
    wishes = person.page.get_by_role("region", name="Your search")
    assert await wishes.count() == 1
    offers = person.region("Offers")
    compare = offers.get_by_role("button", name="Compare: ")
    await compare.first.click()
    await compare.first.click()
    await person.presses("Compare 2 offers")
    table = person.page.get_by_role("dialog", name="Side by side").get_by_role("table")
    await table.wait_for()
    assert await table.get_by_role("columnheader").count() == 3
    assert await table.get_by_role("row", name="Price").get_by_text("lowest").count() >= 1
    await person.photographs("chat-compare-desktop")
