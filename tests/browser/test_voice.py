"""A voice note: held, heard, corrected, sent."""

from playwright.async_api import expect

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP
from tests.running import eventually


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


async def test_answers_are_read_aloud_once_the_person_wants_it(meet: Meet) -> None:
    person = await meet(DESKTOP)
    page = person.page
    await page.add_init_script("window.read = []; speechSynthesis.speak = (u) => read.push(u.text)")
    await page.reload()
    await person.says("Find me a lamp under $50")
    await person.answer_is_written()
    assert await page.evaluate("read") == []
    await person.goes_to("Preferences")
    await page.get_by_role("switch", name="Read answers aloud").click(force=True)
    await page.get_by_role("button", name="Find me a lamp under $50", exact=False).first.click()
    await person.answer_is_written()
    await person.says("cheaper")

    async def is_read() -> bool:
        return bool(await page.evaluate("read.length === 1"))

    await eventually(is_read, "the answer is read aloud")
    assert "offers for lamp" in await page.evaluate("read[0]")
