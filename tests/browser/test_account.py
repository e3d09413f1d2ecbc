"""What belongs to the person: linked marketplaces, what is remembered, how they are told."""

import json
import re

from playwright.async_api import expect

from tests.browser.conftest import Meet
from tests.browser.person import DESKTOP, PHONE, Person
from tests.running import eventually


async def test_a_marketplace_account_is_linked_and_unlinked(meet: Meet) -> None:
    person = await meet(DESKTOP)
    page = person.page
    await person.goes_to("Marketplace accounts")
    ebay = page.get_by_role("listitem", name="eBay")
    await ebay.get_by_text("Not linked").wait_for()
    await person.presses("Link", ebay)
    await page.locator("#agree").click()  # eBay's own page
    await page.get_by_text("Your eBay account is linked").wait_for()
    await ebay.get_by_text("Linked", exact=True).wait_for()
    assert "connected=" not in page.url
    await person.presses("Unlink", ebay)
    await person.presses("Unlink", page.get_by_role("alertdialog"))
    await ebay.get_by_text("Not linked").wait_for()


async def test_a_refused_consent_says_so(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.page.goto(f"{person.stack.web}/?connection_refused=ebay")
    await person.page.get_by_text("eBay did not link your account").wait_for()
    await person.page.reload()
    await person.page.get_by_role("heading", name="Marketplace accounts").wait_for()
    assert await person.page.get_by_text("eBay did not link your account").count() == 0


async def test_what_was_learned_is_seen_corrected_forgotten_and_switched_off(meet: Meet) -> None:
    person = await meet(PHONE)
    page = person.page
    await person.says("Find me a Samsung monitor under $400")
    await person.answer_is_written()
    await person.goes_to("What I remember")
    brand = page.get_by_role("button", name="Change: Brand: Samsung")
    await brand.wait_for()
    assert await person.nothing_is_cut_off()
    await brand.click()
    await person.fills("Brand", "LG")
    await person.presses("Save changes")
    await page.get_by_role("button", name="Forget: Brand: LG").click()
    await page.get_by_text("Forgotten: LG").wait_for()
    await person.presses("Undo")
    await page.get_by_role("button", name="Forget: Brand: LG").wait_for()
    # What is forced is not waited for: while the undo is still being kept, it would be lost.
    await expect(page.get_by_role("switch", name="Remember what I like")).to_be_enabled()
    await page.get_by_role("switch", name="Remember what I like").click(force=True)
    await page.get_by_text("Nothing is learned or used").wait_for()
    await person.presses("Erase everything")
    await person.presses("Erase everything", page.get_by_role("alertdialog"))
    await page.get_by_text("Nothing is remembered of you yet").wait_for()


async def test_quiet_hours_and_what_is_told_are_kept(meet: Meet) -> None:
    person = await meet(DESKTOP)
    page = person.page
    await person.goes_to("Preferences")
    await page.get_by_role("switch", name="Quiet hours").click(force=True)
    await person.fills("From", "21:30")
    await page.get_by_role("switch", name="something is sold").click(force=True)
    async with page.expect_response(lambda reply: "Asia/Tokyo" in (reply.request.post_data or "")):
        await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await page.reload()
    await expect(page.get_by_label("From", exact=True)).to_have_value("21:30")
    await expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    await expect(page.get_by_role("switch", name="something is sold")).not_to_be_checked()
    await expect(page.get_by_role("switch", name="a listing needs me")).to_be_checked()


# Chromium's push service is another host: what it would answer is put in its place, with an address
# that needs no name server.
SUBSCRIBED = """
    let current = null;
    const answer = (options) => ({
        options,
        toJSON: () => ({
            endpoint: 'https://93.184.216.34/send/%s',
            expirationTime: null,
            keys: {
                p256dh: 'BF3YfjNJut3zg1jzS9WuFxOVfiSxDjw19h0ZgpwmihY1'
                    + 'F5aPb-Flm4mXggCZIOt8nvML1A8-nSAUieUfQGo_DTY',
                auth: 'BTBZMqHH6r4Tts7J_aSIgg',
            },
        }),
        unsubscribe: async () => { current = null; return true; },
    });
    PushManager.prototype.subscribe = async (options) => (current = answer(options));
    PushManager.prototype.getSubscription = async () => current;
"""


async def test_pushes_are_asked_for_by_a_button_shown_once_and_open_their_conversation(
    meet: Meet,
) -> None:
    person = await meet(DESKTOP)
    page = person.page
    await page.context.grant_permissions(["notifications"], origin=person.stack.web)
    await page.add_init_script(SUBSCRIBED % "browser-test")
    await page.reload()
    await person.says("Find me a kettle under $60")
    await person.answer_is_written()
    await person.goes_to("Preferences")
    await page.evaluate("navigator.serviceWorker.ready")
    await person.presses("Turn on")
    await page.get_by_role("button", name="Turn off").wait_for()
    session_id = await page.evaluate("localStorage.getItem('talknshop.session')")
    for _ in range(2):
        await pushed(person, {"notice_id": "n1", "title": "Sold!", "session_id": session_id})
    shown = "navigator.serviceWorker.ready.then(r => r.getNotifications())"

    async def is_shown_once() -> bool:
        return bool(await page.evaluate(f"{shown}.then(all => all.length === 1)"))

    await eventually(is_shown_once, "one notification is shown")
    assert await page.evaluate(f"{shown}.then(all => all[0].title)") == "Sold!"
    await person.presses("Turn off")
    await page.get_by_role("button", name="Turn on").wait_for()


async def pushed(person: Person, data: dict[str, object]) -> None:
    """As the browser's push service hands it to the service worker."""
    browser = await person.page.context.new_cdp_session(person.page)
    registrations: list[str] = []

    def updated(event: dict[str, list[dict[str, str]]]) -> None:
        for each in event["registrations"]:
            if each["scopeURL"].startswith(person.stack.web):
                registrations.append(each["registrationId"])

    browser.on("ServiceWorker.workerRegistrationUpdated", updated)
    await browser.send("ServiceWorker.enable")
    await eventually(lambda: bool(registrations), "the browser names the service worker")
    await browser.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": person.stack.web,
            "registrationId": registrations[-1],
            "data": json.dumps(data),
        },
    )


async def test_a_notification_opens_the_conversation_that_it_is_about(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.says("Find me a kettle under $60")
    await person.answer_is_written()
    session_id = await person.page.evaluate("localStorage.getItem('talknshop.session')")
    await person.presses("New conversation")
    await person.page.get_by_role("heading", name="Say what you want").wait_for()
    await person.page.goto(f"{person.stack.web}/?open={session_id}")
    await person.answer_is_written()
    await expect(person.page).to_have_url(re.compile(r"/$"))
