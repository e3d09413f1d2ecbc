"""Without a network the page still opens, wherever one was."""

from tests.browser.conftest import Meet
from tests.browser.person import PHONE


async def test_a_page_that_was_open_opens_again_without_a_network(meet: Meet) -> None:
    person = await meet(PHONE, loses_connection=True)
    page = person.page
    await page.evaluate("navigator.serviceWorker.ready")
    await person.goes_to("My listings")
    # From here on the service worker sees what the page loads, and keeps it.
    await page.reload()
    await page.get_by_role("heading", name="My listings", level=1).wait_for()
    await page.get_by_text("Nothing posted yet").wait_for()
    await page.context.set_offline(True)
    await page.reload()
    await page.get_by_role("heading", name="My listings", level=1).wait_for()
    await page.get_by_role("button", name="Try again").wait_for()
    await page.context.set_offline(False)
    await person.presses("Try again")
    await page.get_by_text("Nothing posted yet").wait_for()
