"""Carrying one notice to one browser or one program. Run twice, it may arrive twice."""

from temporalio import activity

from activities.failures import typed_failures
from adapters.errors import NotFound
from adapters.notify.channels import Channels
from adapters.notify.port import PushSender, WebhookSender
from talknshop.notices import ChannelRef, PostNotice, PushNotice, is_urgent


class NotifyingActivities:
    def __init__(self, channels: Channels, web_push: PushSender, webhooks: WebhookSender) -> None:
        self._channels = channels
        self._web_push = web_push
        self._webhooks = webhooks

    @activity.defn
    async def push_notice(self, request: PushNotice) -> None:
        """Fails as `not_found` once the browser wants no more, and forgets its keys then."""
        notice = request.notice
        with typed_failures():
            keys = await self._channels.push(request.user_id, request.subscription_id)
            if keys is None:
                raise NotFound("The subscription was removed.")
            message = notice.model_dump(mode="json", exclude={"job_id", "at"})
            try:
                await self._web_push.send(keys, message, urgent=is_urgent(notice.kind))
            except NotFound:
                await self._channels.delete_push(request.user_id, request.subscription_id)
                raise

    @activity.defn
    async def post_notice(self, request: PostNotice) -> None:
        """Fails as `not_found` once the receiver wants no more, and forgets its secret then."""
        notice, webhook = request.notice, request.webhook
        with typed_failures():
            secret = await self._channels.signing_secret(request.user_id, webhook.webhook_id)
            if secret is None:
                raise NotFound("The webhook was removed.")
            message = {
                "type": notice.kind,
                "timestamp": notice.at.isoformat().replace("+00:00", "Z"),
                "data": notice.model_dump(mode="json", exclude={"at"}),
            }
            try:
                await self._webhooks.send(webhook.url, secret, notice.notice_id, message)
            except NotFound:
                await self._channels.delete_webhook(request.user_id, webhook.webhook_id)
                raise

    @activity.defn
    async def forget_channel(self, channel: ChannelRef) -> None:
        """Delete what it takes to reach it; what is not there is forgotten already."""
        with typed_failures():
            await self._channels.delete_push(channel.user_id, channel.channel_id)
            await self._channels.delete_webhook(channel.user_id, channel.channel_id)
