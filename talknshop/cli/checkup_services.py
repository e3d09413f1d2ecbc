"""Whether what the settings name answers, fits, and is at work."""

import asyncio
import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url
from redis.exceptions import RedisError
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    GetSystemInfoRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.live.connection import connect as connect_redis
from api.installation import describe_queue, pollers_of
from talknshop import __version__
from talknshop.chat_models import EMBEDDED
from talknshop.cli.finding import Finding, advice, ok, problem
from talknshop.cli.stack import SEARCH_ATTRIBUTES
from talknshop.settings import LanguageSettings, Settings
from workflows.client import connect as connect_temporal
from workflows.ids import queues

PATIENCE = timedelta(seconds=5)
_ADDRESS = re.compile(r"[^\s/:]+:\d+|\[[0-9a-fA-F:]+\]:\d+")
# Of Temporal's server: the first that shares a queue out between people.
OLDEST_TEMPORAL = (1, 29)
# Tokens, signatures of requests and rate limits go wrong with more.
MOST_SKEW = timedelta(seconds=5)
SHORTEST_RETENTION = timedelta(days=1)


async def check_services(settings: Settings) -> list[Finding]:
    """In the order in which one needs another."""
    return [
        *await check_temporal(settings),
        *await check_redis(settings),
        await _storage(settings),
        *await _gateway(settings),
        *await _collector(settings),
        *await asyncio.to_thread(lambda: list(of_model(settings.language))),
    ]


async def check_temporal(settings: Settings) -> list[Finding]:
    where = settings.temporal.address
    if where is None:
        return [
            problem("Temporal", "no address", "set TALKNSHOP_TEMPORAL__ADDRESS to host:port"),
        ]
    if not _ADDRESS.fullmatch(where):
        return [
            problem(
                "Temporal",
                f"{where} is not host:port",
                "set TALKNSHOP_TEMPORAL__ADDRESS to such as temporal.example:7233",
            )
        ]
    remedy = "look at TALKNSHOP_TEMPORAL__ADDRESS, …__TLS and …__API_KEY, and at the network"
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            client = await connect_temporal(settings.temporal, role="doctor", codec=None)
    except (RuntimeError, RPCError, TimeoutError, OSError) as error:
        return [problem("Temporal", f"{where} does not answer: {error}", remedy)]
    try:
        return [
            await _server(client, where),
            await _namespace(client),
            await _search_attributes(client),
            *[
                await _queue(client, name, kinds)
                for name, kinds in queues(settings.posting_marketplaces).items()
            ],
        ]
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            name = settings.temporal.namespace
            return [
                problem(
                    "Temporal",
                    f"{where} has no namespace {name!r}",
                    "make it: `sh deploy/temporal/register.sh`",
                )
            ]
        return [problem("Temporal", f"{where} refuses: {error.message}", remedy)]


async def _server(client: Client, where: str) -> Finding:
    info = await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=PATIENCE)
    return of_server(where, info.server_version)


def of_server(where: str, told: str) -> Finding:
    """`told`: its version, as it tells it."""
    version = tuple(int(part) for part in told.split(".")[:2] if part.isdigit())
    if version and version < OLDEST_TEMPORAL:
        needed = ".".join(map(str, OLDEST_TEMPORAL))
        return problem("Temporal", f"{where} is version {told}", f"upgrade it to {needed}")
    return ok("Temporal", f"{where}, version {told}")


async def _namespace(client: Client) -> Finding:
    reply = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=client.namespace), timeout=PATIENCE
    )
    return of_namespace(
        client.namespace, reply.config.workflow_execution_retention_ttl.ToTimedelta()
    )


def of_namespace(name: str, kept: timedelta) -> Finding:
    if kept < SHORTEST_RETENTION:
        return advice(
            "namespace",
            f"{name} forgets what has ended after {kept}",
            "give it a retention of some days: people look back on their jobs",
        )
    return ok("namespace", f"{name} keeps what has ended for {kept.days} days")


async def _search_attributes(client: Client) -> Finding:
    reply = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace), timeout=PATIENCE
    )
    have = {
        name: IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").replace("_", "")
        for name, kind in reply.custom_attributes.items()
    }
    wanted = dict(entry.split("=") for entry in SEARCH_ATTRIBUTES)
    wrong = [name for name, kind in wanted.items() if have.get(name) != kind.upper()]
    if wrong:
        return problem(
            "search attributes",
            f"{', '.join(wrong)} are missing, or of another type: workflows would stand still",
            "register them: `sh deploy/temporal/register.sh`",
        )
    return ok("search attributes", "all are registered")


async def _queue(client: Client, name: str, kinds: Sequence[str]) -> Finding:
    replies = [await describe_queue(client, name, kind) for kind in kinds]
    waiting = sum(reply.stats.approximate_backlog_count for reply in replies)
    pollers = min(len(set(pollers_of(reply))) for reply in replies)
    if not pollers:
        return problem(
            f"queue {name}",
            f"nobody polls it, {waiting} tasks wait",
            f"start workers: `python -m workers --role {_role_of(name)}`",
        )
    return ok(f"queue {name}", f"{pollers} workers, {waiting} tasks wait")


def _role_of(queue: str) -> str:
    roles = {
        "conversations": "conversation",
        "accounts": "conversation",
        "requests": "conversation",
        "notify": "conversation",
        "search": "buyer",
        "language": "language",
        "media": "media",
    }
    return roles.get(queue, "seller")


async def check_redis(settings: Settings) -> list[Finding]:
    if settings.redis_url is None:
        return [
            problem(
                "Redis",
                "none: no words appear as they are written, and every search is made anew",
                "set TALKNSHOP_REDIS_URL",
            )
        ]
    try:
        client = connect_redis(settings.redis_url, timeout_s=PATIENCE.total_seconds())
    except ValueError as error:
        remedy = "set TALKNSHOP_REDIS_URL to redis://… or rediss://…"
        return [problem("Redis", f"its address cannot be read: {error}", remedy)]
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            before = datetime.now(UTC)
            seconds, micros = await client.time()
            now = before + (datetime.now(UTC) - before) / 2
    except (RedisError, OSError, TimeoutError) as error:
        where = settings.redis_url.rpartition("@")[2]
        return [
            problem(
                "Redis",
                f"{where} does not answer: {error!r}",
                "look at TALKNSHOP_REDIS_URL and at the network",
            )
        ]
    finally:
        await client.aclose()
    there = datetime.fromtimestamp(seconds + micros / 1e6, UTC)
    return [ok("Redis", "answers"), _clock("Redis", there - now)]


def _clock(whose: str, skew: timedelta) -> Finding:
    subject = f"clock against {whose}"
    if abs(skew) > MOST_SKEW:
        return problem(
            subject,
            f"{abs(skew).total_seconds():.0f} s apart: tokens and signed requests would be refused",
            "let both keep time by NTP",
        )
    return ok(subject, "within some seconds")


async def _storage(settings: Settings) -> Finding:
    """Writes, reads and deletes a small thing."""
    where, name = settings.media_url, f"doctor/{uuid.uuid4().hex}"
    try:
        made = where.startswith("file:")
        store = from_url(where, mkdir=True) if made else from_url(where)
        await obstore.put_async(store, name, b"probe")
        kept = bytes(await (await obstore.get_async(store, name)).bytes_async())
        await obstore.delete_async(store, name)
    except (BaseError, OSError, ValueError) as error:
        return problem(
            "object store",
            f"{where} cannot be written: {str(error).splitlines()[0]}",
            "look at TALKNSHOP_STORAGE_URL, at the AWS_* variables and at what the role may do",
        )
    if kept != b"probe":
        return problem("object store", f"{where} gives back something else", "look at the store")
    if where.startswith("file:"):
        return advice(
            "object store",
            f"{where} is a folder: a second machine would not see what is in it",
            "set TALKNSHOP_STORAGE_URL=s3://bucket/prefix",
        )
    return ok("object store", f"{where} can be written")


async def _gateway(settings: Settings) -> list[Finding]:
    url = settings.gateway.url.rstrip("/")
    try:
        async with httpx.AsyncClient(timeout=PATIENCE.total_seconds()) as http:
            ready = await http.get(f"{url}/health/ready")
            api = (await http.get(f"{url}/openapi.json")).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        return [
            problem(
                "gateway",
                f"{url} does not answer: {error!r}",
                "start it: `python -m api`; look at TALKNSHOP_GATEWAY__PUBLIC_URL and the proxy",
            )
        ]
    return list(of_gateway(url, ready, str(api.get("info", {}).get("version"))))


def of_gateway(url: str, ready: httpx.Response, version: str) -> Iterator[Finding]:
    if ready.status_code != httpx.codes.OK:
        yield problem("gateway", f"{url} is not ready: {ready.text}", "look at Temporal above")
    else:
        yield ok("gateway", f"{url} is ready")
    if version != __version__:
        yield problem(
            "version",
            f"the gateway is version {version}, this is {__version__}",
            "deploy the same version everywhere",
        )
    else:
        yield ok("version", version)
    if date := ready.headers.get("date"):
        skew = parsedate_to_datetime(date) - datetime.now(UTC)
        yield _clock("the gateway", skew)


async def _collector(settings: Settings) -> list[Finding]:
    endpoint = settings.tracing.endpoint
    if not endpoint:
        return []
    try:
        async with httpx.AsyncClient(timeout=PATIENCE.total_seconds()) as http:
            # An export of nothing, as OTLP allows.
            headers = {k: v.get_secret_value() for k, v in settings.tracing.headers.items()}
            headers |= {"Content-Type": "application/x-protobuf"}
            reply = await http.post(endpoint, content=b"", headers=headers)
            reply.raise_for_status()
    except httpx.HTTPError as error:
        return [
            problem(
                "collector",
                f"{endpoint} does not take traces: {error!r}",
                "look at TALKNSHOP_TRACING__ENDPOINT and …__HEADERS",
            )
        ]
    return [ok("collector", f"{endpoint} takes traces")]


def of_model(chosen: LanguageSettings) -> Iterator[Finding]:
    """Whether a client can be made for it; asks the model nothing, for that costs money."""
    if chosen.model == EMBEDDED:
        return
    from workers.language import language_of

    names = ", ".join([chosen.model, *(other.model for other in chosen.fallbacks)])
    try:
        language_of(chosen)
    # Each vendor's client has errors of its own for a key or a package that is missing.
    except Exception as error:  # noqa: BLE001
        reason = " ".join(str(error).split())[:200]
        yield problem(
            "model's client",
            f"{names} cannot be asked: {reason}",
            "look at TALKNSHOP_LANGUAGE__MODEL, …__API_KEY, …__REGION and …__FALLBACKS"
            " (docs/language.md)",
        )
    else:
        yield ok("model's client", f"it is there for {names}; `talknshop understand` asks it")
