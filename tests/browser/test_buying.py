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
    offers = person.region("Offers").get_by_role("link")
    assert await offers.count() == 10
    for offer in await offers.all():
        assert await offer.get_attribute("rel") == "noopener noreferrer"
        assert await offer.get_attribute("target") == "_blank"
        assert re.match(r"https?://", await offer.get_attribute("href") or "")


async def test_a_reload_shows_the_whole_conversation_again(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me headphones under $200")
    await person.answer_is_written()
    before = await person.page.get_by_role("article").all_inner_texts()
    await person.page.reload()
    await person.answer_is_written()
    assert await person.page.get_by_role("article").all_inner_texts() == before


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
    said = person.page.get_by_role("article").get_by_text("Find me a keyboard under $80")
    assert await said.count() == 1


async def test_the_conversation_can_be_seen_in_temporal(meet: Meet) -> None:
    person = await meet(DESKTOP)
    link = person.page.get_by_role("link", name="Open in Temporal")
    await link.wait_for()
    assert "conversation" in (await link.get_attribute("href") or "")


async def test_every_button_says_what_it_does(meet: Meet) -> None:
    person = await meet(PHONE)
    await person.page.get_by_role("button", name=LAPTOP).wait_for()
    nameless = await person.page.evaluate(
        "[...document.querySelectorAll('button')]"
        ".filter(b => !(b.getAttribute('aria-label') || b.textContent.trim())).length"
    )
    assert nameless == 0
