"""Language by a chat model: a form is filled in for what was said, facts are put into words."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Literal

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from pydantic import ValidationError

from adapters.errors import Unintelligible
from adapters.language.chat_model.checking import checked, problem_of
from adapters.language.chat_model.failures import model_failures
from adapters.language.chat_model.form import FORM_SCHEMA, Form
from adapters.language.chat_model.prompting import answer_messages, understanding_messages
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance

StructuredOutput = Literal["json_schema", "function_calling", "json_mode"]
# A form that a spec refuses is filled in once more, with the reason.
ATTEMPTS = 2


class ChatModelLanguage:
    """Raises what adapters.language.port says, and Unintelligible for prose instead of a form."""

    def __init__(
        self,
        chat_model: BaseChatModel,
        name: str,
        structured_output: StructuredOutput,
        timeout: timedelta,
    ) -> None:
        self._chat_model = chat_model
        self._name = name
        self._timeout_s = timeout.total_seconds()
        self._form_filler: Any = chat_model.with_structured_output(
            FORM_SCHEMA, method=structured_output, include_raw=True
        )

    async def understand(self, utterance: Utterance) -> Understanding:
        refused = ""
        for _ in range(ATTEMPTS):
            messages = understanding_messages(utterance, refused)
            with model_failures(self._name):
                async with asyncio.timeout(self._timeout_s):
                    answer = await self._form_filler.ainvoke(messages)
            refused = _unusable(answer)
            if not refused:
                try:
                    understood = await checked(Form.model_validate(answer["parsed"]), utterance)
                except ValidationError as error:
                    refused = problem_of(error)
                else:
                    return understood.model_copy(update={"model": self._name})
        raise Unintelligible(f"{self._name} did not fill in the form: {refused}")

    async def compose(self, request: AnswerRequest) -> AsyncIterator[str | ComposedAnswer]:
        """The model's text as it comes."""
        whole: AIMessageChunk | None = None
        with model_failures(self._name):
            async for chunk in self._chat_model.astream(answer_messages(request)):
                assert isinstance(chunk, AIMessageChunk)
                whole = chunk if whole is None else whole + chunk
                if chunk.text:
                    yield chunk.text
        if whole is None or not whole.text.strip():
            raise Unintelligible(f"{self._name} wrote nothing")
        usage = whole.usage_metadata
        yield ComposedAnswer(
            text=whole.text.strip(),
            model=self._name,
            input_tokens=usage["input_tokens"] if usage else 0,
            output_tokens=usage["output_tokens"] if usage else 0,
        )


def _unusable(answer: dict[str, Any]) -> str:
    """Why there is no form in an answer; empty when there is one.

    A parser mends a form that was cut off, so the reason to stop is looked at first.
    """
    raw = answer["raw"]
    assert isinstance(raw, AIMessage)
    stopped = raw.response_metadata.get("stopReason") or raw.response_metadata.get("finish_reason")
    if stopped in ("max_tokens", "length"):
        return "it was too long"
    if not isinstance(answer["parsed"], dict):
        return "it was not the form as JSON"
    return ""
