"""A person links their own account of a marketplace, loses its access, and links it again."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from temporalio.client import WorkflowHandle

from tests.histories.reading import opened
from tests.running import Running, eventually
from tests.selling import upload_photo
from workflows.ids import account_sales_id
from workflows.sales import SaleNotice, SalesWorkflow


class Browser:
    """One person's browser: it keeps cookies, and does not follow where it is sent by itself."""

    def __init__(self, stack: Running, session: dict[str, Any], marketplace: str = "ebay") -> None:
        self.stack = stack
        self.marketplace = marketplace
        self.session = session
        self.http = httpx.AsyncClient(
            timeout=60, headers={"Authorization": f"Bearer {session['token']}"}
        )

    async def call(self, method: str, path: str, **content: Any) -> httpx.Response:
        return await self.http.request(method, f"{self.stack.web}/api/v1{path}", **content)

    async def consent_page(self) -> dict[str, str]:
        """What the marketplace would send the browser back to, by what the person presses."""
        begun = await self.call("POST", f"/me/connections/{self.marketplace}")
        assert begun.status_code == 200, begun.text
        page = (await self.http.get(begun.json()["consent_url"])).text
        buttons = re.findall(r'id="(\w+)" href="([^"]+)"', page)
        pressed = {name: await self.http.get(unescape(url)) for name, url in buttons}
        return {name: answer.headers["location"] for name, answer in pressed.items()}

    async def link(self) -> None:
        back = await self.http.get((await self.consent_page())["agree"])
        assert back.headers["location"] == f"/?connected={self.marketplace}"

    async def connection(self) -> dict[str, Any]:
        found: dict[str, Any] = (
            await self.call("GET", f"/me/connections/{self.marketplace}")
        ).json()
        return found

    async def post(self) -> str:
        photo = await upload_photo(self.stack, self.session)
        listing = {
            "title": "iPhone 13",
            "price": 650,
            "condition": "good",
            "media_refs": [photo["media_id"]],
            "location": {"postal_code": "98101"},
            "target_marketplaces": [self.marketplace],
        }
        reply = await self.call("POST", "/post", json=listing)
        job_id: str = reply.json()["job_id"]
        return job_id

    async def becomes(self, job_id: str, status: str) -> dict[str, Any]:
        entry: dict[str, Any] = {}

        async def is_there() -> bool:
            reply = await self.call("GET", f"/jobs/{job_id}")
            if reply.status_code == 200:
                entry.update(reply.json()["marketplace_jobs"][0])
            return bool(entry.get("status") == status)

        await eventually(is_there, f"the listing is {status}")
        return entry


@pytest.fixture
async def ann(stack: Running) -> AsyncIterator[Browser]:
    browser = Browser(stack, await stack.guest())
    yield browser
    await browser.http.aclose()


@pytest.fixture
async def eve(stack: Running) -> AsyncIterator[Browser]:
    browser = Browser(stack, await stack.guest())
    yield browser
    await browser.http.aclose()


def returned(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.mark.parametrize(
    ("marketplace", "scope"), [("ebay", "sell.inventory"), ("facebook", "catalog_management")]
)
async def test_a_linked_account_posts_loses_access_and_goes_on_when_it_is_linked_again(
    stack: Running, ann: Browser, eve: Browser, marketplace: str, scope: str
) -> None:
    ann.marketplace = eve.marketplace = marketplace
    assert await ann.connection() is None
    await ann.link()
    linked = await ann.connection()
    assert (linked["status"], linked["problem"]) == ("linked", "")
    assert any(scope in given for given in linked["scopes"])
    await ann.becomes(await ann.post(), "live")

    (await stack.http.post(f"{stack.sandbox}/_sandbox/revoke_consents")).raise_for_status()
    waiting = await ann.post()
    entry = await ann.becomes(waiting, "needs_action")
    assert entry["needs"]["code"] == "unauthorized"

    async def is_shown_as_lost() -> bool:
        if (await ann.connection())["status"] == "access_lost":
            return True
        # A refusal just after linking is not held against the new grant: the next one is.
        await ann.call("POST", f"/jobs/{waiting}/listings/{marketplace}/retry")
        return False

    await eventually(is_shown_as_lost, "the account is shown as lost")
    await eve.becomes(await eve.post(), "live")  # with the installation's own account

    await ann.link()
    await ann.becomes(waiting, "live")
    assert (await ann.connection())["status"] == "linked"
    assert len(await stack.listings(marketplace, waiting)) == 1


async def test_neither_code_nor_token_is_in_a_history(stack: Running, ann: Browser) -> None:
    agreed = (await ann.consent_page())["agree"]
    await ann.http.get(agreed)
    assert (await ann.connection())["status"] == "linked"
    client = await stack.temporal()
    handle = client.get_workflow_handle(f"account/{ann.session['user_id']}")
    told = "\n".join([await opened(stack, e) for e in (await handle.fetch_history()).events])
    assert "linked_at" in told
    secret = returned(agreed)
    for word in (secret["code"], secret["state"], "#r^1#", "v^1.1"):
        assert word not in told


async def test_a_link_is_finished_only_by_the_browser_that_began_it(
    ann: Browser, eve: Browser
) -> None:
    """Ann is sent through the link that Eve began: it must not give Eve Ann's account."""
    agreed = (await eve.consent_page())["agree"]
    back = await ann.http.get(agreed)
    assert back.headers["location"] == "/?connection_refused=ebay&reason=not_your_link"
    stolen = await ann.call("POST", "/me/connections/ebay/finish", json=returned(agreed))
    assert (stolen.status_code, stolen.json()["code"]) == (403, "not_your_link")
    assert await eve.connection() is None
    assert await ann.connection() is None


async def test_a_program_finishes_its_own_link_and_only_once(ann: Browser) -> None:
    back = returned((await ann.consent_page())["agree"])
    first = await ann.call("POST", "/me/connections/ebay/finish", json=back)
    assert first.json()["status"] == "linked"
    second = await ann.call("POST", "/me/connections/ebay/finish", json=back)
    assert (second.status_code, second.json()["code"]) == (422, "link_expired")


async def test_a_code_that_the_marketplace_does_not_know_links_nothing(ann: Browser) -> None:
    back = returned((await ann.consent_page())["agree"]) | {"code": "made-up"}
    refused = await ann.call("POST", "/me/connections/ebay/finish", json=back)
    assert (refused.status_code, refused.json()["code"]) == (409, "link_rejected")
    assert await ann.connection() is None


async def test_a_person_may_say_no(ann: Browser) -> None:
    back = await ann.http.get((await ann.consent_page())["decline"])
    assert back.headers["location"] == "/?connection_refused=ebay"


async def test_an_unlinked_account_is_forgotten(ann: Browser) -> None:
    await ann.link()
    assert (await ann.call("DELETE", "/me/connections/ebay")).status_code == 204
    assert await ann.connection() is None
    listed = (await ann.call("GET", "/me/connections")).json()
    assert listed == {"items": [], "linkable": ["ebay", "facebook"], "assisted": ["poshmark"]}


async def test_a_person_chooses_into_which_catalogue_their_listings_go(
    stack: Running, ann: Browser
) -> None:
    ann.marketplace = "facebook"
    await ann.link()
    linked = await ann.connection()
    first, second = linked["places"]
    assert (first["name"], second["name"]) == ("Attic", "Cellar")
    assert linked["place"] == first["place_id"]
    path = "/me/connections/facebook/place"
    moved = await ann.call("PUT", path, json={"place_id": second["place_id"]})
    assert moved.json()["place"] == second["place_id"]
    job_id = await ann.post()
    await ann.becomes(job_id, "live")

    async def there_is_one_up() -> bool:
        back = await ann.call("PUT", path, json={"place_id": first["place_id"]})
        return (back.status_code, back.json().get("code")) == (409, "place_in_use")

    # The list of what is up is a moment late.
    await eventually(there_is_one_up, "a catalogue is not left with something in it")
    unknown = await ann.call("PUT", path, json={"place_id": "3004005006001"})
    assert (unknown.status_code, unknown.json()["code"]) == (404, "no_such_place")
    assert (await ann.connection())["status"] == "linked"
    await ann.becomes(job_id, "live")


async def test_what_can_not_be_linked_says_what_can(ann: Browser) -> None:
    refused = await ann.call("POST", "/me/connections/poshmark")
    assert (refused.status_code, refused.json()["code"]) == (404, "not_linkable")
    assert "ebay" in refused.json()["detail"]


async def test_preferences_are_kept_and_wrong_ones_refused(ann: Browser, eve: Browser) -> None:
    wanted = {
        "timezone": "America/Los_Angeles",
        "language": "fr",
        "quiet_hours": {"start": "22:00:00", "end": "07:00:00"},
        "muted": ["price_drop"],
    }
    assert (await ann.call("PUT", "/me/preferences", json=wanted)).json() == wanted
    assert (await ann.call("GET", "/me/preferences")).json() == wanted
    assert (await eve.call("GET", "/me/preferences")).json()["timezone"] == "UTC"
    for wrong in (
        {"timezone": "Mars/Base"},
        {"timezone": "../etc/passwd"},
        {"muted": ["x"]},
        {"language": "x"},
    ):
        assert (await ann.call("PUT", "/me/preferences", json=wrong)).status_code == 422


async def test_a_sale_on_a_linked_account_reaches_the_job(stack: Running, ann: Browser) -> None:
    await ann.link()
    job_id = await ann.post()
    await ann.becomes(job_id, "live")
    (held,) = await stack.listings("ebay", job_id)
    purchase = {"marketplace": "ebay", "listing_id": held["listing_id"]}
    bought = await stack.http.post(f"{stack.sandbox}/_sandbox/buy", json=purchase)
    bought.raise_for_status()
    client = await stack.temporal()
    # Else it would be seen at the next look, a minute later.
    watch: WorkflowHandle[SalesWorkflow, None] = client.get_workflow_handle_for(
        SalesWorkflow.run, account_sales_id("ebay", ann.session["user_id"])
    )
    await watch.signal(SalesWorkflow.noticed, SaleNotice(notice_id="bought"))
    await ann.becomes(job_id, "sold")
