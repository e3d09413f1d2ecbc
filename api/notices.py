"""Where a person wants to be told news, as the gateway uses it."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from adapters.errors import Rejected
from adapters.notify.channels import Channels, PushKeys
from adapters.notify.vapid import Vapid, check_keys
from adapters.notify.webhooks import new_secret
from adapters.outbound import PublicHttp
from api.accounts import Accounts
from api.errors import Invalid, NotFound
from talknshop.messages import sentence
from talknshop.model import UserId
from talknshop.notices import ChannelRef, PushSubscription, TestedChannels, Webhook
from workflows.account import AccountWorkflow


@dataclass(frozen=True)
class Notices:
    """Every method raises ApiError. What it takes to reach somebody never leaves here again."""

    accounts: Accounts
    channels: Channels
    http: PublicHttp
    vapid: Vapid

    async def subscribe(self, user_id: UserId, keys: PushKeys, label: str) -> PushSubscription:
        """The same endpoint again is the same subscription, with new keys."""
        try:
            check_keys(keys)
            await self.http.check(keys.endpoint)
        except Rejected as error:
            raise Invalid("invalid_subscription", error.said) from error
        subscription = PushSubscription(
            subscription_id=hashlib.sha256(keys.endpoint.encode()).hexdigest()[:32],
            host=urlsplit(keys.endpoint).hostname or "",
            label=label,
            created_at=datetime.now(UTC),
        )
        await self.channels.put_push(user_id, subscription.subscription_id, keys)
        kept: PushSubscription = await self.accounts.update(
            user_id, AccountWorkflow.add_push_subscription, subscription
        )
        return kept

    async def add_webhook(self, user_id: UserId, url: str) -> tuple[Webhook, str]:
        """The webhook and its signing secret, which is told once."""
        try:
            await self.http.check(url)
        except Rejected as error:
            raise Invalid("invalid_url", error.said) from error
        webhook = Webhook(webhook_id=uuid.uuid4().hex, url=url, created_at=datetime.now(UTC))
        secret = new_secret()
        await self.channels.put_signing_secret(user_id, webhook.webhook_id, secret)
        await self.accounts.update(user_id, AccountWorkflow.add_webhook, webhook)
        return webhook, secret

    async def remove(self, user_id: UserId, channel_id: str) -> None:
        """A subscription or a webhook."""
        known = await self.accounts.view(user_id)
        ids = {each.subscription_id for each in known.push_subscriptions}
        ids |= {each.webhook_id for each in known.webhooks}
        if channel_id not in ids:
            raise NotFound("no_such_channel", sentence("api_no_such_channel"))
        channel = ChannelRef(user_id=user_id, channel_id=channel_id)
        await self.accounts.update(user_id, AccountWorkflow.remove_channel, channel)

    async def test(self, user_id: UserId) -> TestedChannels:
        reached: TestedChannels = await self.accounts.update(
            user_id, AccountWorkflow.test_notices, user_id
        )
        return reached
