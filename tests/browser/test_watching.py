"""A price is watched from an offer's card, and looked after on its own page."""

from playwright.async_api import expect

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE
from tests.running import Running
from tests.watched import posted_on_ebay


async def test_an_offer_is_watched_changed_stopped_and_had_back(meet: Meet) -> None:
    person = await meet(PHONE)
    page = person.page
    await person.says("Find me headphones under $200")
    await person.answer_is_written()
    await person.presses("Watch price: ")
    await person.presses("By 10 percent")
    await page.get_by_role("button", name="Watching the price: ").wait_for()
    await page.reload()
    await page.get_by_role("button", name="Watching the price: ").wait_for()
    await person.goes_to("Price alerts")
    alert = page.get_by_role("article")
    await alert.get_by_text("Tells you at: −10 %").wait_for()
    assert await person.nothing_is_cut_off()
    await person.presses("Change", alert)
    await person.fills("Or to at most (USD)", "1")
    await alert.get_by_role("button", name="Watch", exact=True).click()
    await alert.get_by_text("Tells you at: at most $1").wait_for()
    await person.presses("Stop watching", alert)
    await page.get_by_text("Nothing is watched yet").wait_for()
    await person.presses("Undo")
    await alert.get_by_text("Tells you at: at most $1").wait_for()


async def test_an_offer_that_is_not_wanted_is_left_out_of_the_next_search(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me headphones under $200")
    await person.answer_is_written()
    offers = person.region("Offers").get_by_role("article")
    address = await offers.first.get_by_role("link").first.get_attribute("href")
    await offers.first.get_by_role("button", name="Not for me: ").click()
    await expect(person.region("Offers").get_by_role("status")).to_contain_text("left out")
    await person.region("Offers").get_by_role("status").wait_for(state="detached")
    await person.says("cheaper")
    await expect(person.page.get_by_role("region", name="Offers")).to_have_count(2)
    await person.answer_is_written()
    links = await person.region("Offers").get_by_role("heading").get_by_role("link").all()
    assert links
    assert address not in [await link.get_attribute("href") for link in links]


async def test_a_lower_price_is_told_while_the_person_looks(meet: Meet, stack: Running) -> None:
    offer, edit = await posted_on_ebay(stack, price=100)
    person = await meet(DESKTOP)
    await person.says("hello")
    await person.sees("Hello! I find things")
    session = await person.page.evaluate(
        "({session_id: localStorage.getItem('talknshop.session'),"
        " token: JSON.parse(localStorage.getItem('talknshop.person')).token})"
    )
    watch = {"marketplace": "ebay", "product_id": offer, "target": 80}
    reply = await stack.http.post(
        f"{stack.web}/api/v1/watches",
        json=watch | {"session_id": session["session_id"]},
        headers={"Authorization": f"Bearer {session['token']}"},
    )
    assert reply.status_code == 201
    await person.goes_to("Price alerts")
    await person.page.get_by_text("same as when you began").wait_for()
    await edit(79)
    # Nobody waits an hour for the next look: the same offer again is a look too.
    await person.presses("Change")
    await person.presses("By 10 percent")
    await person.page.get_by_text("$79", exact=True).wait_for()
