"""Nobody is kept out: axe on every page, light and dark, and everything by keyboard."""

from dataclasses import dataclass, field

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import BAD_ROW, DESKTOP, GOOD_ROW, PHONE, SHADES, Person, Screen


@dataclass
class Looks:
    """What is wrong with each place, in light and in dark."""

    person: Person
    screen: Screen
    faults: dict[str, list[str]] = field(default_factory=dict)

    async def at(self, place: str, picture: str = "") -> None:
        for shade in SHADES:
            await self.person.in_the(shade)
            if picture:
                await self.person.photographs(f"{picture}-{self.screen.name}-{shade}")
            if found := await self.person.faults():
                self.faults[f"{place}, {shade}"] = found


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
async def test_axe_finds_nothing_on_any_page(meet: Meet, screen: Screen) -> None:
    person = await meet(screen)
    looks = Looks(person, screen)
    await person.page.get_by_role("button", name="Find me a laptop").wait_for()
    await looks.at("start", "start")
    await person.presses("Find me a laptop under $1000")
    await person.answer_is_written()
    await looks.at("offers", "chat-buy")
    await person.presses("Change Price")
    await looks.at("a chip being changed")
    await person.page.keyboard.press("Escape")
    compare = person.region("Offers").get_by_role("button", name="Compare: ")
    await compare.first.click()
    await compare.first.click()
    await person.presses("Compare 2 offers")
    await person.page.get_by_role("table").wait_for()
    await looks.at("comparison")
    await person.page.keyboard.press("Escape")
    await person.presses("Watch price: ")
    await person.page.get_by_role("button", name="By 10 percent").wait_for()
    await looks.at("watching")
    await person.presses("By 10 percent")
    await person.page.get_by_role("button", name="Watching the price: ").wait_for()
    await person.adds_photos()
    await person.says("Sell my iPhone 13, $650, good condition")
    await person.region("Listing preview").wait_for()
    await looks.at("preview", "sell-preview")
    await person.presses("Edit")
    await looks.at("form")
    await person.presses("Cancel")
    await person.presses("Confirm and post to 4 marketplaces")
    await person.region("Posting iPhone 13").wait_for()
    await looks.at("job")
    await person.goes_to("My listings")
    await person.region("Posting iPhone 13").wait_for()
    await looks.at("listings", "listings")
    await person.page.get_by_role("link", name="iPhone 13").first.click()
    await person.page.get_by_role("heading", name="What happened").wait_for()
    await looks.at("job page", "job")
    await person.goes_to("Price alerts")
    await person.page.get_by_role("article").first.wait_for()
    await looks.at("alerts", "alerts")
    await person.goes_to("Bulk upload")
    await looks.at("bulk, empty")
    await person.uploads_listings(GOOD_ROW + BAD_ROW)
    await person.page.get_by_role("button", name="Post 1 listing").wait_for()
    await looks.at("bulk", "bulk")
    await person.goes_to("Marketplace accounts")
    await person.page.get_by_role("button", name="Link").first.wait_for()
    await looks.at("accounts", "accounts")
    await person.goes_to("What I remember")
    await person.fills("Which", "Lenovo")
    await person.presses("Remember")
    await person.page.get_by_role("button", name="Forget: Brand: Lenovo").wait_for()
    await looks.at("memory", "memory")
    await person.goes_to("Preferences")
    await person.page.get_by_role("switch", name="Quiet hours").click(force=True)
    await person.page.get_by_label("Time zone").wait_for()
    await looks.at("preferences", "preferences")
    if screen.is_phone:
        await person.presses("Open the menu")
        await looks.at("menu")
    assert looks.faults == {}
    assert await person.nothing_is_cut_off()


async def test_buying_and_selling_need_no_mouse(meet: Meet) -> None:
    person = await meet(DESKTOP)
    page, keys = person.page, person.page.keyboard

    async def tab_to(name: str) -> None:
        for _ in range(80):
            await keys.press("Tab")
            label = await page.evaluate(
                "document.activeElement?.ariaLabel || document.activeElement?.textContent || ''"
            )
            if str(label).startswith(name):
                return
        pytest.fail(f"no way by Tab to {name!r}")

    await page.get_by_role("button", name="Find me a laptop").wait_for()
    await page.get_by_role("textbox", name="Message", exact=True).focus()
    await keys.type("Find me a laptop under $1000")
    await keys.press("Enter")
    await person.answer_is_written()
    await page.evaluate("document.activeElement.blur()")
    await tab_to("Change Price")
    await keys.press("Enter")
    await page.get_by_label("Up to", exact=True).wait_for()
    await keys.press("ControlOrMeta+a")
    await keys.type("600")
    await keys.press("Enter")
    await page.get_by_role("button", name="Change Price: up to $600").wait_for()
    await person.answer_is_written()
    await tab_to("Message")
    await keys.type("Sell my iPhone 13, $650, good condition")
    await keys.press("Enter")
    await person.region("Listing preview").wait_for()
    await page.evaluate("document.activeElement.blur()")
    await tab_to("Confirm and post")
    await keys.press("Enter")
    await person.region("Posting iPhone 13").wait_for()
