"""Having a chat model fill in a form: the calls, the waits between them, and the looking over."""

import asyncio
import random
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from adapters.errors import AdapterError
from adapters.language.chat_model.failures import model_failures
from adapters.language.chat_model.opening import form_filler
from talknshop.chat_models import ChatModelChoice

# A form that cannot be used is filled in once more, with the reason.
FORMS = 2
# A call that failed for a reason that passes is made once more: then it is another model's turn.
CALLS = 2
BACKOFF_S = 0.5
# Asked to wait longer than this, a person is better served by the next model.
LONGEST_WAIT_S = 2.0


class FormFiller:
    """Gives `raw`, `parsed` and `parsing_error`. Raises adapters.errors."""

    def __init__(
        self, choice: ChatModelChoice, chat_model: BaseChatModel, schema: dict[str, Any]
    ) -> None:
        self._model = choice.model
        self._chain = form_filler(choice, chat_model, schema)

    async def fill_in(self, messages: list[BaseMessage], deadline: float) -> dict[str, Any]:
        """`deadline` by the running loop's clock."""
        for call in range(1, CALLS + 1):
            try:
                with model_failures(self._model):
                    async with asyncio.timeout_at(deadline):
                        answer: dict[str, Any] = await self._chain.ainvoke(messages)
                return answer
            except AdapterError as error:
                await wait_or_raise(error, call, deadline)
        raise AssertionError("the last call's error is raised")


async def wait_or_raise(error: AdapterError, call: int, deadline: float) -> None:
    """Waits until the same call may be made again; raises when that would not help."""
    wait = (
        error.retry_after.total_seconds() if error.retry_after else BACKOFF_S * random.uniform(1, 2)  # noqa: S311
    )
    late = asyncio.get_running_loop().time() + wait >= deadline
    if error.code.is_final or call == CALLS or wait > LONGEST_WAIT_S or late:
        raise error
    await asyncio.sleep(wait)


def unusable(answer: dict[str, Any]) -> str:
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
