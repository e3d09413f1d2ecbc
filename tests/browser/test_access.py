"""Nobody is kept out: axe on every page, light and dark, and everything by keyboard."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import BAD_ROW, DESKTOP, GOOD_ROW, PHONE, Person, Screen


async def checked(person: Person, place: str, faults: dict[str, list[str]]) -> None:
    if found := await person.faults():
        faults[place] = found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
async def test_axe_finds_nothing_on_any_page(meet: Meet, screen: Screen, dark: bool) -> None:
    person, faults = await meet(screen, dark=dark), dict[str, list[str]]()
    shade = "dark" if dark else "light"
    await person.page.get_by_role("button", name="Find me a laptop").wait_for()
    await person.photographs(f"start-{screen.name}-{shade}")
    await checked(person, "start", faults)
    await person.presses("Find me a laptop under $1000")
    await person.answer_is_written()
    await person.photographs(f"chat-buy-{screen.name}-{shade}")
    await checked(person, "offers", faults)
    await person.presses("Change Price")
    await checked(person, "a chip being changed", faults)
    await person.page.keyboard.press("Escape")
    compare = person.region("Offers").get_by_role("button", name="Compare: ")
    await compare.first.click()
    await compare.first.click()
    await person.presses("Compare 2 offers")
    await person.page.get_by_role("table").wait_for()
    await checked(person, "comparison", faults)
    await person.page.keyboard.press("Escape")
    await person.presses("Watch price: ")
    await person.page.get_by_role("button", name="By 10 percent").wait_for()
    await checked(person, "watching", faults)
    await person.presses("By 10 percent")
    await person.page.get_by_role("button", name="Watching the price: ").wait_for()
    await person.adds_photos()
    await person.says("Sell my iPhone 13, $650, good condition")
    await person.region("Listing preview").wait_for()
    await person.photographs(f"sell-preview-{screen.name}-{shade}")
    await checked(person, "preview", faults)
    await person.presses("Edit")
    await checked(person, "form", faults)
    await person.presses("Cancel")
    await person.presses("Confirm and post to 4 marketplaces")
    await person.region("Posting iPhone 13").wait_for()
    await checked(person, "job", faults)
    await person.goes_to("My listings")
    await person.region("Posting iPhone 13").wait_for()
    await person.photographs(f"listings-{screen.name}-{shade}")
    await checked(person, "listings", faults)
    await person.page.get_by_role("link", name="iPhone 13").first.click()
    await person.page.get_by_role("heading", name="What happened").wait_for()
    await person.photographs(f"job-{screen.name}-{shade}")
    await checked(person, "job page", faults)
    await person.goes_to("Price alerts")
    await person.page.get_by_role("article").first.wait_for()
    await person.photographs(f"alerts-{screen.name}-{shade}")
    await checked(person, "alerts", faults)
    await person.goes_to("Bulk upload")
    await checked(person, "bulk, empty", faults)
    await person.uploads_listings(GOOD_ROW + BAD_ROW)
    await person.page.get_by_role("button", name="Post 1 listing").wait_for()
    await person.photographs(f"bulk-{screen.name}-{shade}")
    await checked(person, "bulk", faults)
    await person.goes_to("Marketplace accounts")
    await person.page.get_by_role("button", name="Link").wait_for()
    await person.photographs(f"accounts-{screen.name}-{shade}")
    await checked(person, "accounts", faults)
    await person.goes_to("What I remember")
    await person.fills("Which", "Lenovo")
    await person.presses("Remember")
    await person.page.get_by_role("button", name="Forget: Brand: Lenovo").wait_for()
    await person.photographs(f"memory-{screen.name}-{shade}")
    await checked(person, "memory", faults)
    await person.goes_to("Preferences")
    await person.page.get_by_role("switch", name="Quiet hours").click(force=True)
    await person.page.get_by_label("Time zone").wait_for()
    await person.photographs(f"preferences-{screen.name}-{shade}")
    await checked(person, "preferences", faults)
    if screen.is_phone:
        await person.presses("Open the menu")
        await checked(person, "menu", faults)
    assert faults == {}
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
