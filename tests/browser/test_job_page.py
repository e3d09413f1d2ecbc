"""One job on its own page: what happened on each marketplace, and everything that can be done."""

from tests.browser.conftest import Meet
from tests.browser.person import PHONE
from tests.browser.test_pages import sells
from tests.browser.test_selling import POSTED_BY_HAND


async def test_a_job_is_seen_changed_solved_and_taken_down_on_its_page(meet: Meet) -> None:
    person = await meet(PHONE)
    page = person.page
    await sells(person)
    await page.get_by_role("link", name="iPhone 13", exact=True).first.click()
    await page.get_by_role("heading", name="iPhone 13", level=1).wait_for()
    history = person.region("What happened")
    assert await history.get_by_role("heading", level=3).count() == 4
    await history.get_by_text("Live", exact=True).first.wait_for()
    temporal = page.get_by_role("link", name="Open in Temporal")
    assert "job%2F" in (await temporal.get_attribute("href") or "")
    job = person.region("Posting iPhone 13")
    await page.get_by_label("Address of the listing that you posted").fill(POSTED_BY_HAND)
    await person.presses("It's posted")
    await job.get_by_text("Live on 4 of 4").wait_for()
    ebay = job.get_by_role("listitem").filter(has_text="eBay")
    await person.presses("Change here", ebay)
    await person.fills("Price", "610")
    await person.presses("Save changes", ebay)
    await person.presses("Change everywhere", job)
    await job.get_by_label("Price", exact=True).last.fill("600")
    await person.presses("Save changes", job)
    await history.get_by_text("Edited: price").wait_for()
    assert await person.nothing_is_cut_off()
    await person.presses("Take down everywhere", job)
    await person.presses("Take down everywhere", page.get_by_role("alertdialog"))
    await job.get_by_text("Withdrawn").first.wait_for()
    await person.presses("Put up again", ebay)
    await ebay.get_by_text("Live", exact=True).wait_for()
