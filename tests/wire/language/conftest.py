"""Chat models by LangChain's real code, pointed at a server that a test scripts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.language.factory import build_language
from adapters.language.port import Language, Piece
from talknshop.chat_models import ChatModelChoice
from talknshop.understanding import ComposedAnswer

BEDROCK = "bedrock_converse:global.anthropic.claude-haiku-5-5"
OPENAI = "openai:local-model"


@pytest.fixture(autouse=True)
def no_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are signed with keys that open nothing."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    monkeypatch.setattr("adapters.language.chat_model.filling.BACKOFF_S", 0.01)


def bedrock_choice(url: str, **options: Any) -> ChatModelChoice:
    return _choice(**{"model": BEDROCK, "base_url": url, "region": "us-east-1", **options})


def openai_choice(url: str, **options: Any) -> ChatModelChoice:
    return _choice(model=OPENAI, base_url=f"{url}/v1", api_key="none", **options)


def _choice(**options: Any) -> ChatModelChoice:
    return ChatModelChoice.model_validate({"timeout": timedelta(seconds=30), **options})


def bedrock(url: str, **options: Any) -> Language:
    return build_language(bedrock_choice(url, **options))


def openai(url: str, **options: Any) -> Language:
    return build_language(openai_choice(url, **options))


async def written(pieces: AsyncIterator[Piece]) -> tuple[list[Piece], ComposedAnswer]:
    """What was streamed, and the whole answer that came last."""
    *streamed, last = [piece async for piece in pieces]
    assert isinstance(last, ComposedAnswer)
    return streamed, last
