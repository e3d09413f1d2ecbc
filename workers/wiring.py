"""Builds adapters from the settings and hands them to the activities of one role."""

from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import (
    Interceptor,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
)

from adapters.live.connection import connect
from adapters.live.redis_live import NothingLive, RedisLiveChannel
from adapters.live.token_store import RedisTokenStore
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import Marketplaces, load_marketplaces
from adapters.media.port import ImageReader, SpeechToText
from adapters.secrets.factory import build_secret_store
from adapters.secrets.port import SecretStore
from talknshop.chat_models import EMBEDDED
from talknshop.settings import TRANSCRIBE, Settings, VisionSettings
from workers.limits import LIMITS, sizes_of
from workers.log_context import LogContext
from workers.versioning import pinned, versioning_of
from workflows import ids
from workflows.tracing import CallerTraces


@dataclass
class Role:
    """The workers of one process, and the adapters to close when it ends."""

    versioning: WorkerDeploymentConfig | None = None  # of those with workflows
    workers: list[Worker] = field(default_factory=list)
    resources: AsyncExitStack = field(default_factory=AsyncExitStack)


async def build_role(name: str, client: Client, settings: Settings) -> Role:
    """The workers for a role; "all" is every role in one process."""
    role = Role(versioning_of(name, settings.deployment))
    names = _BUILDERS if name == "all" else {name: _BUILDERS[name]}
    for build in names.values():
        await build(role, client, settings)
    return role


async def _conversation(role: Role, client: Client, settings: Settings) -> None:
    from activities.instant import InstantLanguageActivities
    from activities.notifying import NotifyingActivities
    from activities.remembering import RememberingActivities
    from adapters.keys import KeyRing
    from adapters.notify.channels import Channels
    from adapters.notify.vapid import PUSH_KEYS, Vapid
    from adapters.notify.web_push import WebPush
    from adapters.notify.webhooks import SignedWebhooks
    from adapters.outbound import PublicHttp
    from workers.hints import HintSender
    from workers.language import instant_language_of
    from workflows.account import AccountWorkflow
    from workflows.conversation import ConversationWorkflow
    from workflows.delivery import DeliveryWorkflow
    from workflows.expiry import ExpiryWorkflow
    from workflows.graphs import buyer, seller  # noqa: F401 -- now, not in the first turn
    from workflows.hints import HintInterceptor
    from workflows.recommending import RecommendWorkflow
    from workflows.searching import ProductWorkflow, SearchWorkflow
    from workflows.watching import WatchesWorkflow

    remembering = RememberingActivities()
    sender = HintSender(_live(role, settings))
    await role.resources.enter_async_context(sender)
    instant = InstantLanguageActivities(await instant_language_of(settings.language))
    role.workers.append(
        _worker(
            client,
            settings,
            ids.CONVERSATIONS,
            deployment_config=role.versioning,
            workflows=[
                AccountWorkflow,  # as begun by earlier builds, with their deliveries
                ConversationWorkflow,
                DeliveryWorkflow,
                ExpiryWorkflow,
                WatchesWorkflow,
            ],
            activities=[
                remembering.recall,
                remembering.learn,
                instant.understand_at_once,
                instant.compose_at_once,
            ],
            interceptors=[HintInterceptor(sender.send)],
        )
    )
    # A turn's local steps hold a workflow task while they ask the account: one worker's slots would
    # be full of turns that wait for accounts, which get none.
    role.workers.append(
        _worker(
            client,
            settings,
            ids.ACCOUNTS,
            deployment_config=role.versioning,
            workflows=[AccountWorkflow, DeliveryWorkflow],
        )
    )
    role.workers.append(
        _worker(
            client,
            settings,
            ids.REQUESTS,
            deployment_config=pinned(role.versioning),
            workflows=[ProductWorkflow, RecommendWorkflow, SearchWorkflow],
            interceptors=[HintInterceptor(sender.send)],
        )
    )
    http = PublicHttp(settings.private_hosts)
    role.resources.push_async_callback(http.aclose)
    push = settings.push
    keys = KeyRing.of(
        push.key.get_secret_value() if push.key else None, settings.data_dir / PUSH_KEYS
    )
    notifying = NotifyingActivities(
        Channels(_secrets(settings)),
        WebPush(http, Vapid(keys, settings.push_contact)),
        SignedWebhooks(http),
    )
    role.workers.append(
        _worker(
            client,
            settings,
            ids.NOTIFY,
            activities=[
                notifying.push_notice,
                notifying.post_notice,
                notifying.forget_channel,
            ],
        )
    )


async def _buyer(role: Role, client: Client, settings: Settings) -> None:
    from activities.finding import FindingActivities
    from activities.naming import NamingActivities
    from activities.pricing import PricingActivities
    from activities.searching import SearchingActivities
    from adapters.embeddings.minilm import MiniLm
    from adapters.live.rate_limit import SharedRateLimit
    from adapters.live.search_cache import FlightsOnly, RedisSearchCache
    from adapters.marketplaces.guarded import GuardedMarketplace

    marketplaces = await _marketplaces(role, settings)
    redis = connect(settings.redis_url) if settings.redis_url else None
    rate_limit = SharedRateLimit(redis)
    minilm = MiniLm()
    minilm.learn([""])  # loaded before the first person waits for it
    guarded = {
        name: GuardedMarketplace(marketplace, rate_limit)
        for name, marketplace in marketplaces.searching.items()
    }
    activities = SearchingActivities(
        guarded,
        RedisSearchCache(redis, settings.search_cache, settings.search_cache_stale)
        if redis
        else FlightsOnly(),
        minilm,
    )
    role.workers.append(
        _worker(
            client,
            settings,
            ids.SEARCH,
            activities=[
                FindingActivities(activities).find_offers,
                activities.search_marketplace,
                activities.rank_offers,
                activities.recommend,
                activities.read_product,
                PricingActivities(activities).advise_price,
                NamingActivities(guarded).name_code,
            ],
        )
    )


async def _language(role: Role, client: Client, settings: Settings) -> None:
    from activities.understanding import UnderstandingActivities
    from workers.language import language_of, make_room_for_models

    make_room_for_models(settings.language)
    activities = UnderstandingActivities(language_of(settings.language), _live(role, settings))
    role.workers.append(
        _worker(
            client,
            settings,
            ids.LANGUAGE,
            activities=[activities.understand, activities.compose_answer],
        )
    )


async def _media(role: Role, client: Client, settings: Settings) -> None:
    from activities.media import MediaActivities
    from adapters.storage.media_store import MediaStore
    from workflows.expiry import ExpiryWorkflow, Sweeps

    activities = MediaActivities(
        MediaStore(settings.media_url),
        await speech_of(role, settings),
        _images(settings.vision),
        settings.upload_retention,
    )
    role.workers.append(
        _worker(
            client,
            settings,
            ids.MEDIA,
            activities=[
                activities.transcribe_audio,
                activities.extract_image_attributes,
                activities.erase_expired,
            ],
        )
    )
    await client.start_workflow(
        ExpiryWorkflow.run,
        Sweeps(),
        id=ids.EXPIRY_ID,
        task_queue=ids.CONVERSATIONS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


def _images(chosen: VisionSettings) -> ImageReader:
    from adapters.media.photo import PhotoReader

    if chosen.model == EMBEDDED:
        return PhotoReader()
    # Imported only when configured: it costs a second and 60 MB.
    from adapters.media.vision import VisionReader
    from workers.language import make_room_for_models

    make_room_for_models(chosen)
    return VisionReader(chosen, PhotoReader())


async def speech_of(role: Role, settings: Settings) -> SpeechToText:
    chosen = settings.speech
    if chosen.model == EMBEDDED:
        from adapters.media.whisper import WhisperSpeechToText

        return WhisperSpeechToText(settings.data_dir / "models" / "whisper")
    if chosen.model == TRANSCRIBE:
        from adapters.media.transcribe import TranscribeSpeechToText

        return TranscribeSpeechToText(
            chosen.bucket, chosen.languages, chosen.region, chosen.timeout
        )
    from adapters.media.openai_speech import OpenAISpeechToText

    key = chosen.api_key.get_secret_value() if chosen.api_key else None
    http = httpx.AsyncClient(
        base_url=chosen.base_url,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(chosen.timeout.total_seconds(), connect=5),
    )
    await role.resources.enter_async_context(http)
    return OpenAISpeechToText(http, chosen.model)


async def _seller(role: Role, client: Client, settings: Settings) -> None:
    from activities.accounts import AccountActivities
    from activities.bulk import BulkActivities
    from activities.managing import ManagingActivities
    from activities.publishing import PublishingActivities
    from activities.telling import TellingActivities
    from adapters.keys import SESSION_KEYS, KeyRing
    from adapters.marketplaces.accounts import ConnectedMarketplaces, Grants
    from adapters.outbound import PublicHttp
    from adapters.secrets.links import PendingLinks
    from adapters.storage.bulk_store import BulkStore
    from adapters.storage.links import MediaLinks
    from adapters.storage.media_store import MediaStore
    from adapters.storage.photo_source import StoredPhotos
    from workflows.bulk import BulkWorkflow
    from workflows.crosspost import CrosspostWorkflow
    from workflows.listing import ListingWorkflow
    from workflows.sales import SalesWatch, SalesWorkflow

    marketplaces = await _marketplaces(role, settings)
    store = MediaStore(settings.media_url)
    given = settings.gateway.session_key
    keys = KeyRing.of(given.get_secret_value() if given else None, settings.data_dir / SESSION_KEYS)
    links = MediaLinks(settings.gateway.url, keys.secrets)
    secrets = _secrets(settings)
    grants = Grants(secrets)
    connected = ConnectedMarketplaces(marketplaces.posting, marketplaces.linking, grants)
    activities = PublishingActivities(
        connected,
        lambda user_id: StoredPhotos(store, links, user_id),
        marketplaces.notices,
    )
    managing = ManagingActivities()
    accounts = AccountActivities(
        marketplaces.posting,
        marketplaces.linking,
        PendingLinks(secrets),
        grants,
        settings.sales_interval,
    )
    outbound = PublicHttp(settings.private_hosts)
    role.resources.push_async_callback(outbound.aclose)
    bulk = BulkActivities(BulkStore(settings.media_url), store, marketplaces.posting, outbound)
    role.workers.append(
        _worker(
            client,
            settings,
            ids.CROSSPOST,
            deployment_config=role.versioning,
            workflows=[BulkWorkflow, CrosspostWorkflow, ListingWorkflow, SalesWorkflow],
            activities=[
                activities.check_listing,
                bulk.check_bulk,
                bulk.read_rows,
                bulk.fetch_photos,
                bulk.write_rows,
                bulk.write_result,
                managing.find_jobs,
                managing.carry_out,
                accounts.link_account,
                accounts.unlink_account,
                accounts.use_place,
                accounts.resume_listings,
                TellingActivities().tell,
            ],
        )
    )
    for name, marketplace in marketplaces.posting.items():
        role.workers.append(
            _worker(
                client,
                settings,
                ids.posting_queue(name),
                deployment_config=role.versioning,
                activities=[
                    activities.publish_listing,
                    activities.update_listing,
                    activities.renew_listing,
                    activities.withdraw_listing,
                    activities.recognize_url,
                    activities.cancel_sale,
                    activities.ask_for_notices,
                    activities.look_for_sales,
                ],
                activities_per_second=marketplace.calls_per_second * LIMITS.share_of_rate,
            )
        )
        if marketplace.reports_sales:
            await client.start_workflow(
                SalesWorkflow.run,
                SalesWatch(
                    marketplace=name,
                    interval=settings.sales_interval,
                    webhook=f"{settings.gateway.url}/api/v1/webhooks/{name}",
                ),
                id=ids.sales_workflow_id(name),
                task_queue=ids.CROSSPOST,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )


_BUILDERS: dict[str, Callable[[Role, Client, Settings], Coroutine[Any, Any, None]]] = {
    "conversation": _conversation,
    "buyer": _buyer,
    "seller": _seller,
    "media": _media,
    "language": _language,
}


def _worker(
    client: Client,
    settings: Settings,
    task_queue: str,
    *,
    workflows: list[type] | None = None,
    activities: list[Callable[..., Any]] | None = None,
    interceptors: list[Interceptor] | None = None,
    activities_per_second: float | None = None,
    deployment_config: WorkerDeploymentConfig | None = None,
) -> Worker:
    """`activities_per_second` is the queue's limit, kept by the server for all its workers."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows or [],
        activities=activities or [],
        # Behind the client's, which traces when the settings name a collector.
        interceptors=[CallerTraces(), LogContext(), *(interceptors or [])],
        deployment_config=deployment_config,
        # The sandbox is for replays: docs/decisions/0007-workers-without-the-sandbox.md.
        workflow_runner=UnsandboxedWorkflowRunner(),
        **sizes_of(settings),
        max_task_queue_activities_per_second=activities_per_second,
        sticky_queue_schedule_to_start_timeout=LIMITS.sticky_timeout,
        graceful_shutdown_timeout=settings.worker_grace,
        max_heartbeat_throttle_interval=LIMITS.heartbeat_throttle,
        default_heartbeat_throttle_interval=LIMITS.heartbeat_throttle,
    )


def _secrets(settings: Settings) -> SecretStore:
    kept = settings.secrets
    return build_secret_store(
        kept.store,
        data_dir=settings.data_dir,
        key=kept.key.get_secret_value() if kept.key else None,
        prefix=kept.prefix,
        region=kept.region,
    )


def _live(role: Role, settings: Settings) -> RedisLiveChannel | NothingLive:
    return RedisLiveChannel(connect(settings.redis_url)) if settings.redis_url else NothingLive()


async def _marketplaces(role: Role, settings: Settings) -> Marketplaces:
    http = httpx.AsyncClient(
        timeout=httpx.Timeout(10, connect=3), limits=httpx.Limits(max_connections=200)
    )
    await role.resources.enter_async_context(http)
    access = SandboxAccess.given(settings.sandbox_url, settings.sandbox_credentials)
    marketplaces = load_marketplaces(http, access)
    if settings.redis_url:
        marketplaces.share_tokens(RedisTokenStore(connect(settings.redis_url)))
    return marketplaces
