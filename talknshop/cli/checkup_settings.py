"""What the settings alone show of an installation that the public is to use."""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from dotenv import dotenv_values

from adapters.keys import SHORTEST, KeyRing
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.registry import load_marketplaces
from talknshop.chat_models import EMBEDDED
from talknshop.cli.finding import Finding, advice, ok, problem
from talknshop.cli.settings_reference import variables
from talknshop.settings import Settings

SHORTEST_TOKEN = 24


def check_settings(settings: Settings) -> Iterator[Finding]:
    yield from _misspelt()
    yield _sign_in(settings)
    yield _address(settings)
    yield from _redis(settings)
    yield from _keys(settings)
    yield _operator(settings)
    yield from _marketplaces(settings)
    yield _language(settings)
    yield _web_client(settings.web_dir)
    yield _logs(settings)


def _misspelt() -> Iterator[Finding]:
    """Nothing reads such a variable, and nothing else says so."""
    known = variables()
    for variable in sorted({*os.environ, *dotenv_values(".env")}):
        name = variable.upper()
        # Objects may be given entry by entry: TALKNSHOP_TRACING__HEADERS__X_API_KEY.
        if not name.startswith("TALKNSHOP_") or any(
            name == each or name.startswith(f"{each}__") for each in known
        ):
            continue
        (near,) = get_close_matches(name, known, n=1) or [""]
        yield problem(
            "settings",
            f"{variable} is no setting: nothing reads it",
            f"do you mean {near}?" if near else "docs/settings-reference.md has all of them",
        )


def _sign_in(settings: Settings) -> Finding:
    if not settings.gateway.auth_required:
        return problem(
            "sign-in",
            "anybody is taken for whoever they say they are",
            "set TALKNSHOP_GATEWAY__AUTH_REQUIRED=true",
        )
    oidc = settings.gateway.oidc
    return ok("sign-in", f"by tokens of {oidc.issuer}" if oidc else "guests, by tokens of ours")


def _address(settings: Settings) -> Finding:
    url = urlsplit(settings.gateway.url)
    if url.scheme != "https":
        return problem(
            "public address",
            f"{settings.gateway.url} is not https: tokens and photos cross the network in clear",
            "put a proxy with TLS before the gateways, and set TALKNSHOP_GATEWAY__PUBLIC_URL",
        )
    return ok("public address", settings.gateway.url)


def _redis(settings: Settings) -> Iterator[Finding]:
    url = urlsplit(settings.redis_url or "")
    if not url.hostname or url.hostname in ("localhost", "127.0.0.1", "::1"):
        return
    lacking = [
        what
        for what, lacks in (
            ("no password", not url.password),
            ("no TLS", url.scheme != "rediss"),
        )
        if lacks
    ]
    if lacking:
        yield advice(
            "Redis' access",
            f"{' and '.join(lacking)}: whoever reaches {url.hostname} reads answers as they are"
            " written and marketplaces' access tokens",
            "set TALKNSHOP_REDIS_URL=rediss://:PASSWORD@HOST:PORT/0, or let nobody else reach it",
        )
    else:
        yield ok("Redis' access", "by a password, over TLS")


def _keys(settings: Settings) -> Iterator[Finding]:
    """Keys that are made in a data folder are good for one machine only."""
    made_here = "it is made in the data folder: a second machine would make another"
    given = [
        ("session key", settings.gateway.session_key, "TALKNSHOP_GATEWAY__SESSION_KEY"),
        ("push key", settings.push.key, "TALKNSHOP_PUSH__KEY"),
    ]
    if settings.encryption.keys == "local":
        given.append(
            ("payload key", settings.encryption.local_keys, "TALKNSHOP_ENCRYPTION__LOCAL_KEYS")
        )
    if settings.secrets.store == "files":
        given.append(("key of linked accounts", settings.secrets.key, "TALKNSHOP_SECRETS__KEY"))
    for subject, key, variable in given:
        if key is None:
            yield advice(subject, made_here, f"set {variable} to the same everywhere")
        elif not _is_long_enough(key.get_secret_value()):
            yield problem(
                subject,
                f"it has fewer than {SHORTEST} characters: our processes refuse to start with it",
                f"set {variable} to what `openssl rand -hex 32` prints",
            )
        else:
            yield ok(subject, "given by the settings")
    if settings.encryption.keys == "off":
        yield problem(
            "payload key",
            "what people write is stored in clear in Temporal",
            "set TALKNSHOP_ENCRYPTION__KEYS to kms or local",
        )
    if settings.encryption.keys == "kms":
        has_key = bool(settings.encryption.kms_key)
        yield (
            ok("payload key", "wrapped by AWS KMS")
            if has_key
            else problem(
                "payload key", "no key is named", "set TALKNSHOP_ENCRYPTION__KMS_KEY to its id"
            )
        )


def _is_long_enough(key: str) -> bool:
    try:
        KeyRing(key.split(","))
    except ValueError:
        return False
    return True


def _operator(settings: Settings) -> Finding:
    token = settings.gateway.operator_token
    if token is None:
        return advice(
            "operator token",
            "none is set: Temporal's Web UI cannot show what is sealed",
            "set TALKNSHOP_GATEWAY__OPERATOR_TOKEN to a long random text",
        )
    if len(token.get_secret_value()) < SHORTEST_TOKEN:
        return problem(
            "operator token",
            "it opens everything that people wrote, and is short enough to be guessed",
            f"set TALKNSHOP_GATEWAY__OPERATOR_TOKEN to at least {SHORTEST_TOKEN} random characters",
        )
    return ok("operator token", "set")


def _marketplaces(settings: Settings) -> Iterator[Finding]:
    if settings.sandbox_url:
        yield problem(
            "marketplaces",
            f"those without keys are played by the sandbox at {settings.sandbox_url}",
            "unset TALKNSHOP_SANDBOX_URL: people would buy what is not there",
        )
    try:
        sandbox = SandboxAccess.given(settings.sandbox_url, settings.sandbox_credentials)
        found = load_marketplaces(httpx.AsyncClient(), sandbox)
    except (ValueError, OSError) as error:
        yield problem("marketplaces", str(error), "set what is missing, or unset the rest")
        return
    for use, wanted, connected in (
        ("searching", settings.search_marketplaces, set(found.searching)),
        ("posting", settings.posting_marketplaces, set(found.posting)),
    ):
        missing = [name for name in wanted if name not in connected]
        if missing:
            yield problem(
                use,
                f"{', '.join(missing)} have no keys: every answer will say so",
                f"set their keys (docs/settings.md), or take them out of"
                f" TALKNSHOP_{'SEARCH' if use == 'searching' else 'POSTING'}_MARKETPLACES",
            )
        else:
            yield ok(use, ", ".join(wanted))


def _language(settings: Settings) -> Finding:
    chosen = settings.language
    if chosen.model == EMBEDDED:
        return advice(
            "language model",
            "none: rules understand plain requests only",
            "set TALKNSHOP_LANGUAGE__MODEL (docs/language.md)",
        )
    return ok("language model", ", ".join([chosen.model, *(m.model for m in chosen.fallbacks)]))


def _web_client(folder: Path) -> Finding:
    if not (folder / "index.html").exists():
        return problem("web client", f"{folder} has no index.html", "run `make web`")
    return ok("web client", str(folder))


def _logs(settings: Settings) -> Finding:
    if settings.log_messages:
        return problem(
            "logs", "what people write is logged", "unset TALKNSHOP_LOG_MESSAGES when you are done"
        )
    if settings.log_format != "json":
        return advice("logs", "lines for a terminal", "set TALKNSHOP_LOG_FORMAT=json")
    return ok("logs", "JSON, without what people write")
