"""One notice on its way to every browser and program of one person."""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.notifying import NotifyingActivities
    from activities.telling import Telling
    from talknshop.errors import FailureCode
    from talknshop.messages import Said
    from talknshop.model import UserId
    from talknshop.notices import (
        ChannelRef,
        Delivery,
        News,
        PostNotice,
        PushNotice,
        Webhook,
        WebhookNews,
        WebhookStatus,
    )
    from workflows import policies
    from workflows.failures import code_of, logged, sentence_of
    from workflows.ids import NOTIFY, account_workflow_id
    from workflows.telling import telling
    from workflows.visibility import KIND, USER_ID


def notice_to(user_id: UserId, news: News) -> Telling:
    """For who has an account; others want to be told nowhere else."""
    return telling(account_workflow_id(user_id), "notify", news)


async def notify(user_id: UserId, news: News) -> None:
    """Called by any workflow that has news. Who has no account wants to be told nowhere else."""
    account = workflow.get_external_workflow_handle(account_workflow_id(user_id))
    try:
        await account.signal("notify", news)
    except FailureError:
        workflow.logger.debug("the person has no account")


@workflow.defn
class DeliveryWorkflow:
    """Ends when each has got it, wants no more, or did not take it for a day."""

    @workflow.run
    async def run(self, delivery: Delivery) -> None:
        workflow.upsert_search_attributes(
            [USER_ID.value_set(delivery.user_id), KIND.value_set("delivery")]
        )
        pushes = [self._push(delivery, each) for each in delivery.subscriptions]
        posts = [self._post(delivery, each) for each in delivery.webhooks]
        await asyncio.gather(*pushes, *posts)

    async def _push(self, delivery: Delivery, subscription_id: str) -> None:
        try:
            await workflow.execute_activity_method(
                NotifyingActivities.push_notice,
                PushNotice(
                    user_id=delivery.user_id,
                    subscription_id=subscription_id,
                    notice=delivery.notice,
                ),
                task_queue=NOTIFY,
                summary=f"push {delivery.notice.kind}",
                **policies.PUSH,
            )
        except ActivityError as error:
            workflow.logger.warning("a push did not arrive: %s", logged(error))
            if code_of(error) is FailureCode.NOT_FOUND:
                await self._forget(delivery, subscription_id)

    async def _post(self, delivery: Delivery, webhook: Webhook) -> None:
        problem: Said = ""
        try:
            await workflow.execute_activity_method(
                NotifyingActivities.post_notice,
                PostNotice(user_id=delivery.user_id, webhook=webhook, notice=delivery.notice),
                task_queue=NOTIFY,
                summary=f"post {delivery.notice.kind}",
                **policies.WEBHOOK,
            )
        except ActivityError as error:
            if code_of(error) is FailureCode.NOT_FOUND:
                await self._forget(delivery, webhook.webhook_id)
                return
            problem = sentence_of(error)
        if problem or webhook.status is WebhookStatus.FAILING:
            news = WebhookNews(webhook_id=webhook.webhook_id, problem=problem)
            await self._tell_account(delivery, "webhook_tried", news)

    async def _forget(self, delivery: Delivery, channel_id: str) -> None:
        channel = ChannelRef(user_id=delivery.user_id, channel_id=channel_id)
        await self._tell_account(delivery, "channel_gone", channel)

    async def _tell_account(
        self, delivery: Delivery, signal: str, news: ChannelRef | WebhookNews
    ) -> None:
        account = workflow.get_external_workflow_handle(account_workflow_id(delivery.user_id))
        try:
            await account.signal(signal, news)
        except FailureError:
            workflow.logger.info("the account is gone")
