"""Chat models by LangChain's real code, pointed at a server that a test scripts."""

from datetime import timedelta

import pytest

from adapters.language.factory import build_language
from adapters.language.port import Language

BEDROCK = "bedrock_converse:global.anthropic.claude-haiku-5-5"
OPENAI = "openai:local-model"


@pytest.fixture(autouse=True)
def no_real_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests are signed with keys that open nothing."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)


def bedrock(url: str, **options: object) -> Language:
    return build_language(BEDROCK, base_url=url, region="us-east-1", **_quick(options))


def openai(url: str, **options: object) -> Language:
    return build_language(OPENAI, base_url=f"{url}/v1", api_key="none", **_quick(options))


def _quick(options: dict[str, object]) -> dict[str, object]:
    return {"timeout": timedelta(seconds=5), **options}
