"""The REST calls for being told news outside of the page."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from adapters.notify.channels import PushKeys
from api.language import Language
from api.routes import Asking, Through, limited
from talknshop.messages import worded
from talknshop.notices import PushSubscription, TestedChannels, Webhook

router = APIRouter(prefix="/api/v1/me")

ChannelId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


class BrowserKeys(BaseModel):
    p256dh: str = Field(min_length=80, max_length=100)
    auth: str = Field(min_length=20, max_length=30)


class BrowserSubscription(BaseModel):
    """What the browser's PushSubscription.toJSON() gives; `label` is yours."""

    endpoint: str = Field(min_length=8, max_length=2000)
    keys: BrowserKeys
    label: str = Field("", max_length=100)


class PushSubscriptionList(BaseModel):
    """`public_key` is what pushManager.subscribe() takes as applicationServerKey."""

    public_key: str
    items: list[PushSubscription]


class NewWebhook(BaseModel):
    url: str = Field(min_length=8, max_length=2000)


class WebhookList(BaseModel):
    items: list[Webhook]


class WebhookWithSecret(Webhook):
    """`secret` signs what is sent, and is shown only here."""

    secret: str


@router.get("/push-subscriptions")
async def list_push_subscriptions(through: Through, asking: Asking) -> PushSubscriptionList:
    """Browsers that show your news, and the key to subscribe another one with."""
    account = await through.accounts.view(asking.user_id)
    return PushSubscriptionList(
        public_key=through.notices.vapid.public_key, items=account.push_subscriptions
    )


@router.post("/push-subscriptions", status_code=201, dependencies=[limited("uploads")])
async def add_push_subscription(
    given: BrowserSubscription, through: Through, asking: Asking
) -> PushSubscription:
    """Show news in this browser, too."""
    keys = PushKeys(endpoint=given.endpoint, p256dh=given.keys.p256dh, auth=given.keys.auth)
    return await through.notices.subscribe(asking.user_id, keys, given.label)


@router.delete("/push-subscriptions/{subscription_id}", status_code=204)
async def remove_push_subscription(
    subscription_id: ChannelId, through: Through, asking: Asking
) -> None:
    """Show no more news there."""
    await through.notices.remove(asking.user_id, subscription_id)


@router.get("/webhooks")
async def list_webhooks(through: Through, asking: Asking, language: Language) -> WebhookList:
    """Programs that are told your news, and whether they take them."""
    return worded(
        WebhookList(items=(await through.accounts.view(asking.user_id)).webhooks), language
    )


@router.post("/webhooks", status_code=201, dependencies=[limited("uploads")])
async def add_webhook(given: NewWebhook, through: Through, asking: Asking) -> WebhookWithSecret:
    """Tell a program of yours your news."""
    webhook, secret = await through.notices.add_webhook(asking.user_id, given.url)
    return WebhookWithSecret(**webhook.model_dump(), secret=secret)


@router.delete("/webhooks/{webhook_id}", status_code=204)
async def remove_webhook(webhook_id: ChannelId, through: Through, asking: Asking) -> None:
    """Tell it no more."""
    await through.notices.remove(asking.user_id, webhook_id)


@router.post("/notifications/test", status_code=202, dependencies=[limited("uploads")])
async def send_test_notice(through: Through, asking: Asking) -> TestedChannels:
    """Send a notice to each of them now."""
    return await through.notices.test(asking.user_id)
