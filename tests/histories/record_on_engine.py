"""Records histories that need no stack: `python -m tests.histories.record_on_engine`.

A job as it is started now, a conversation in which words change what is up, an account that is told
of it, and one delivery: on a server of its own, with marketplaces in this process.
"""

import asyncio
import tempfile
import uuid
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.worker import Worker

from activities.instant import InstantLanguageActivities
from activities.managing import ManagingActivities
from activities.notifying import NotifyingActivities
from activities.telling import TellingActivities
from adapters.keys import KeyRing
from adapters.language.embedded.adapter import EmbeddedLanguage
from adapters.notify.channels import Channels
from adapters.notify.vapid import Vapid
from adapters.notify.web_push import WebPush
from adapters.notify.webhooks import SignedWebhooks, new_secret
from adapters.outbound import PublicHttp
from adapters.secrets.encrypted_files import EncryptedFiles
from talknshop.accounts import Preferences
from talknshop.commands import SendMessage
from talknshop.notices import Webhook
from tests.histories.record import FOLDER
from tests.market import USER, Job, Market, market_on_a_server
from tests.receiver import receiving
from tests.running import eventually
from workers.sandbox import workflow_runner
from workflows.account import AccountState, AccountWorkflow
from workflows.conversation import ConversationSettings, ConversationWorkflow, new_conversation
from workflows.crosspost import CrosspostWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.ids import (
    CONVERSATIONS,
    CROSSPOST,
    NOTIFY,
    account_workflow_id,
    conversation_id,
    delivery_workflow_id,
)
from workflows.listing import ListingWorkflow

SETTINGS = ConversationSettings(marketplaces=["one"], posting_marketplaces=["one", "two"])


async def record() -> None:
    async with market_on_a_server() as market, AsyncExitStack() as stack:
        receiver = stack.enter_context(receiving())
        secrets = stack.enter_context(tempfile.TemporaryDirectory())
        channels = Channels(EncryptedFiles(Path(secrets), KeyRing(["k" * 40])))
        http = PublicHttp([receiver.host])
        stack.push_async_callback(http.aclose)
        for worker in _workers(market, channels, http):
            await stack.enter_async_context(worker)
        account = await _account(market, channels, f"{receiver.url}/hook")
        job = await market.post(title="Trek bike")
        await job.becomes(one="live", two="live")
        await eventually(lambda: bool(receiver.received), "the program is told")
        conversation = await _orders(market, job)
        await job.becomes(one="withdrawn", two="live")
        notice_id = f"{job.job_id}-1"
        delivery = market.client.get_workflow_handle(
            delivery_workflow_id(USER, notice_id, "webhooks")
        )
        await _save(job.handle, "job-telling")
        await _save(job.listing("two"), "listing-telling")
        await _save(conversation, "seller-orders")
        await _save(account, "account-told")
        await _save(delivery, "delivery")


def _workers(market: Market, channels: Channels, http: PublicHttp) -> list[Worker]:
    managing, instant = ManagingActivities(), InstantLanguageActivities(EmbeddedLanguage())
    vapid = Vapid(KeyRing(["p" * 40]), "mailto:operator@example.com")
    notifying = NotifyingActivities(channels, WebPush(http, vapid), SignedWebhooks(http))
    return [
        Worker(
            market.client,
            task_queue=CONVERSATIONS,
            workflows=[AccountWorkflow, ConversationWorkflow, DeliveryWorkflow],
            activities=[instant.understand_at_once, instant.compose_at_once],
            workflow_runner=workflow_runner(),
        ),
        Worker(
            market.client,
            task_queue=NOTIFY,
            activities=[notifying.push_notice, notifying.post_notice],
        ),
        Worker(
            market.client,
            task_queue=CROSSPOST,
            workflows=[CrosspostWorkflow, ListingWorkflow],
            activities=[managing.find_jobs, managing.carry_out, TellingActivities().tell],
            workflow_runner=workflow_runner(),
        ),
        *market.posting_workers(),
    ]


async def _account(
    market: Market, channels: Channels, url: str
) -> WorkflowHandle[AccountWorkflow, None]:
    """With a webhook, and a preference."""
    account = await market.client.start_workflow(
        AccountWorkflow.run,
        AccountState(user_id=USER),
        id=account_workflow_id(USER),
        task_queue=CONVERSATIONS,
    )
    webhook = Webhook(webhook_id=uuid.uuid4().hex, url=url, created_at=datetime.now(UTC))
    await channels.put_signing_secret(USER, webhook.webhook_id, new_secret())
    await account.execute_update(AccountWorkflow.add_webhook, webhook)
    preferences = Preferences(timezone="Asia/Kolkata", muted=["price_drop"])
    await account.execute_update(AccountWorkflow.set_preferences, preferences)
    return account


async def _orders(market: Market, job: Job) -> WorkflowHandle[ConversationWorkflow, None]:
    """A lower price, and a withdrawal that is asked about."""
    session_id = uuid.uuid4().hex
    conversation = await market.client.start_workflow(
        ConversationWorkflow.run,
        new_conversation(session_id, USER, SETTINGS),
        id=conversation_id(session_id),
        task_queue=CONVERSATIONS,
    )

    async def is_listed() -> bool:
        query = f'Kind = "job" AND UserId = "{USER}"'
        return (await market.client.count_workflows(query)).count == 1

    await eventually(is_listed, "the job is listed")
    for words, answer in (
        ("lower the price of my bike to 80", "done"),
        ("withdraw the bike from one", "clarification"),
        ("yes please", "done"),
    ):
        page = await conversation.query(ConversationWorkflow.events_since, args=[0, 1])
        said = page.last_event_id
        message = SendMessage(
            session_id=session_id, user_id=USER, message_id=uuid.uuid4().hex, message=words
        )
        await conversation.execute_update(ConversationWorkflow.send_message, message)

        async def has_answered(since: int = said, kind: str = answer) -> bool:
            page = await conversation.query(ConversationWorkflow.events_since, args=[since, 100])
            return any(event.type == kind for event in page.events)

        await eventually(has_answered, f"{words!r} is answered")
    return conversation


async def _save(handle: WorkflowHandle[Any, Any], name: str) -> None:
    history = await handle.fetch_history()
    (FOLDER / f"{name}.json").write_text(history.to_json())


if __name__ == "__main__":
    asyncio.run(record())
