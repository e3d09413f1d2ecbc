"""Prompts have versions, and an installation without a chat model pays nothing for them."""

import hashlib
import subprocess
import sys

import pytest

from adapters.language.chat_model.prompting import ANSWER, UNDERSTAND, Prompt


@pytest.mark.parametrize(
    ("prompt", "version", "digest"),
    [(UNDERSTAND, 1, "d4c9175ca01a"), (ANSWER, 1, "562fddaf3c02")],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_changed_prompt_has_a_new_version(prompt: Prompt, version: int, digest: str) -> None:
    """After a change: raise the version in the file, and note it here with its digest."""
    assert hashlib.sha256(prompt.text.encode()).hexdigest()[:12] == digest
    assert prompt.version == version


def test_without_a_chat_model_nothing_of_langchain_is_loaded() -> None:
    code = (
        "import sys; from workers.language import language_of, make_room_for_models;"
        "from talknshop.settings import LanguageSettings;"
        "language_of(LanguageSettings()); make_room_for_models(LanguageSettings());"
        "print([name for name in sys.modules if name.startswith(('langchain', 'boto', 'openai'))])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == "[]"
