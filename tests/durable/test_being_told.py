"""Being told outside of the page, by the REST calls of the running product."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.histories.reading import opened
from tests.receiver import Browser, Receiver
from tests.running import Running, bearer, eventually

LISTING = {
    "title": "Lamp",
    "price": 5,
    "condition": "good",
    "location": {"postal_code": "98101"},
    "target_marketplaces": ["craigslist"],
}


class Me:
    def __init__(self, stack: Running, session: dict[str, Any]) -> None:
        self.stack = stack
        self.session = session

    async def call(self, method: str, path: str, status: int, **content: Any) -> Any:
        url, headers = f"{self.stack.web}/api/v1{path}", bearer(self.session)
        reply = await self.stack.http.request(method, url, headers=headers, **content)
        assert reply.status_code == status, reply.text
        return reply.json() if reply.content else None


@pytest.fixture
async def me(stack: Running) -> Me:
    return Me(stack, await stack.guest())


@pytest.fixture
def path(receiver: Receiver, request: pytest.FixtureRequest) -> Iterator[str]:
    """An address of this test's own at the receiver."""
    path = f"/{request.node.name}"
    yield path
    receiver.answers.pop(path, None)


async def test_a_job_without_a_conversation_is_told_to_browser_and_program(
    me: Me, receiver: Receiver, path: str
) -> None:
    browser = Browser(f"{receiver.url}{path}/push")
    known = await me.call("GET", "/me/push-subscriptions", 200)
    assert known["items"] == []
    item = await me.call(
        "POST", "/me/push-subscriptions", 201, json={**browser.subscription, "label": "Phone"}
    )
    assert (item["label"], item["host"]) == ("Phone", "127.0.0.1")
    hook = await me.call("POST", "/me/webhooks", 201, json={"url": f"{receiver.url}{path}/hook"})
    assert hook["secret"].startswith("whsec_")
    listed = await me.call("GET", "/me/webhooks", 200)
    assert [each["webhook_id"] for each in listed["items"]] == [hook["webhook_id"]]
    assert "secret" not in listed["items"][0]

    job = await me.call("POST", "/post", 202, json=LISTING)
    await eventually(lambda: bool(receiver.at(f"{path}/push")), "the browser is told")
    await eventually(lambda: bool(receiver.at(f"{path}/hook")), "the program is told")
    (push,), (post,) = receiver.at(f"{path}/push"), receiver.at(f"{path}/hook")
    assert browser.opened(push.body)["title"] == "✓ Your Lamp is live on 1 marketplace!"
    assert post.json["data"]["job_id"] == job["job_id"]
    assert known["public_key"] in push.headers["authorization"]


async def test_the_same_browser_again_is_the_same_subscription(
    me: Me, receiver: Receiver, path: str
) -> None:
    endpoint = f"{receiver.url}{path}"
    first, second = Browser(endpoint), Browser(endpoint)
    for browser in (first, second):
        await me.call("POST", "/me/push-subscriptions", 201, json=browser.subscription)
    (item,) = (await me.call("GET", "/me/push-subscriptions", 200))["items"]
    assert await me.call("POST", "/me/notifications/test", 202) == {"push": 1, "webhooks": 0}
    await eventually(lambda: bool(receiver.at(path)), "it is told")
    assert second.opened(receiver.at(path)[0].body)["kind"] == "test"
    subscription = f"/me/push-subscriptions/{item['subscription_id']}"
    await me.call("DELETE", subscription, 204)
    await me.call("DELETE", subscription, 404)
    assert await me.call("POST", "/me/notifications/test", 202) == {"push": 0, "webhooks": 0}


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook",
        "https://127.0.0.1/hook",
        "https://localhost:8443/hook",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::1]/hook",
        "https://me:secret@example.com/hook",
        "javascript:alert(1)",
    ],
)
async def test_no_address_in_our_own_network_is_taken(me: Me, url: str) -> None:
    refused = await me.call("POST", "/me/webhooks", 422, json={"url": url})
    assert refused["code"] == "invalid_url"
    subscription = {**Browser(url).subscription}
    refused = await me.call("POST", "/me/push-subscriptions", 422, json=subscription)
    assert refused["code"] == "invalid_subscription"
    assert (await me.call("GET", "/me/webhooks", 200))["items"] == []


async def test_a_bulk_upload_is_one_notice(me: Me, receiver: Receiver, path: str) -> None:
    await me.call("POST", "/me/webhooks", 201, json={"url": receiver.url + path})
    rows = "".join(f"Lamp {number},5,good,98101,craigslist\n" for number in range(8))
    body = f"title,price,condition,zip,marketplaces\n{rows}"
    bulk = await me.call("POST", "/jobs/bulk?post=good", 202, content=body.encode())

    async def is_completed() -> bool:
        view = await me.call("GET", f"/bulk/{bulk['bulk_id']}", 200)
        return bool(view["status"] == "completed")

    await eventually(is_completed, "the upload is done")
    await eventually(lambda: bool(receiver.at(path)), "the program is told")
    # What comes after it shows that nothing was under way before it.
    await me.call("POST", "/me/notifications/test", 202)
    await eventually(lambda: len(receiver.at(path)) > 1, "the test notice came")
    first, second = receiver.at(path)
    assert (first.json["type"], second.json["type"]) == ("bulk_completed", "test")
    assert first.json["data"]["title"] == "8 of 8 listings of your upload are live."


async def test_keys_and_secrets_are_in_no_history(me: Me, receiver: Receiver, path: str) -> None:
    browser = Browser(receiver.url + path)
    await me.call("POST", "/me/push-subscriptions", 201, json=browser.subscription)
    hook = await me.call("POST", "/me/webhooks", 201, json={"url": receiver.url + path})
    await me.call("POST", "/me/notifications/test", 202)
    await eventually(lambda: len(receiver.at(path)) == 2, "both are told")
    client = await me.stack.temporal()
    user_id = me.session["user_id"]
    told = ""
    async for run in client.list_workflows(f'UserId = "{user_id}"'):
        history = await client.get_workflow_handle(run.id).fetch_history()
        told += "".join([await opened(me.stack, event) for event in history.events])
    assert hook["webhook_id"] in told
    keys = browser.subscription["keys"]
    for secret in (hook["secret"], keys["auth"], keys["p256dh"]):
        assert secret not in told
