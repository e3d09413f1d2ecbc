"""Selling in the browser: photo, preview, edit, confirm, live, and posting by hand."""

import pytest

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Person, Screen

SELL = "Sell my iPhone 13, $650, good condition"
POSTED_BY_HAND = "https://poshmark.com/listing/iPhone-13-64f0c1a2b3d4e5f60718293a"


async def previews(person: Person, photos: int = 1) -> None:
    await person.adds_photos(photos)
    await person.says(SELL)
    await person.region("Listing preview").wait_for()


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=lambda screen: screen.name)
async def test_a_confirmed_listing_goes_live_and_what_is_left_is_posted_by_hand(
    meet: Meet, screen: Screen
) -> None:
    person = await meet(screen)
    await previews(person, photos=3)
    await person.photographs(f"sell-preview-{screen.name}")
    assert await person.region("Listing preview").get_by_role("img").count() == 3
    await person.presses("Confirm and post to 4 marketplaces")
    await person.sees("Live on 3 of 4")
    news = "✓ Your iPhone 13 is live on 3 marketplaces!"
    await person.sees(news)
    await person.presses("Dismiss")
    await person.page.get_by_text("See it live").first.scroll_into_view_if_needed()
    await person.photographs(f"sell-live-{screen.name}")
    assert await person.nothing_is_cut_off()
    await person.page.get_by_label("Address of the listing that you posted").fill(POSTED_BY_HAND)
    await person.presses("It's posted")
    await person.sees("Live on 4 of 4")
    await person.page.reload()
    await person.sees("Live on 4 of 4")


async def test_news_makes_room_for_the_answer_to_what_is_said_next(meet: Meet) -> None:
    person = await meet(PHONE)
    await previews(person)
    await person.presses("Confirm and post to 4 marketplaces")
    news = person.page.get_by_role("button", name="Dismiss")
    await news.wait_for()
    await person.says("Where does my listing stand?")
    await person.sees("Where does my listing stand?")
    assert await news.count() == 0
    await person.sees("iPhone 13: Live on eBay, Craigslist and Facebook Marketplace.")


async def test_an_edit_changes_what_will_be_posted(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await previews(person)
    await person.presses("Edit")
    await person.fills("Price", "599")
    await person.page.get_by_role("checkbox", name="Poshmark").uncheck()
    await person.presses("Save changes")
    await person.region("Listing preview").get_by_text("$599", exact=True).wait_for()
    await person.presses("Confirm and post to 3 marketplaces")
    await person.sees("Live on 3 of 3")


async def test_what_is_missing_is_asked_for_and_a_chip_answers(meet: Meet) -> None:
    person = await meet(PHONE)
    await person.says("Sell my iPhone 13")
    await (
        person.page.get_by_role("textbox", name="Message")
        .and_(person.page.get_by_placeholder("Your answer…"))
        .wait_for()
    )
    await person.says("$650")
    await person.presses("Good")
    await person.region("Listing preview").get_by_text("$650", exact=True).wait_for()


async def test_a_withdrawn_listing_says_so(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await previews(person)
    await person.presses("Confirm and post")
    await person.sees("Live on 3 of 4")
    row = person.region("Posting iPhone 13").get_by_role("listitem").filter(has_text="eBay")
    await person.presses("Withdraw", row)
    await row.get_by_text("Withdrawn").wait_for()
    await person.sees("Live on 2 of 4")
