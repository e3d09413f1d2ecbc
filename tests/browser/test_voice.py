"""A voice note: held, heard, corrected, sent."""

from playwright.async_api import expect

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP


async def test_what_is_spoken_is_corrected_and_sent(meet: Meet) -> None:
    person = await meet(DESKTOP)
    button = person.page.get_by_role("button", name="Hold to speak")
    await button.hover()
    await person.page.mouse.down()
    await person.page.get_by_text("Recording: release to stop").wait_for()
    await person.page.get_by_text("0:04").wait_for()
    await person.page.mouse.up()
    message = person.page.get_by_role("textbox", name="Message", exact=True)
    await expect(message).not_to_be_empty(timeout=40_000)
    assert "keyboard" in (await message.input_value()).lower()
    await message.fill("Find me a keyboard under $90")
    await message.press("Enter")
    await person.answer_is_written()
    await person.sees("up to $90")
