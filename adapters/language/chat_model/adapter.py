"""Language by a chat model: a form is filled in for what was said, facts are put into words."""

import asyncio
import re
from collections.abc import AsyncIterator
from decimal import Decimal

from langchain_core.messages import AIMessageChunk, BaseMessage

from adapters.errors import AdapterError
from adapters.language.chat_model.accounting import usage_of
from adapters.language.chat_model.checking import Refused, understood_from
from adapters.language.chat_model.failures import model_failures
from adapters.language.chat_model.filling import CALLS, FORMS, FormFiller, unusable, wait_or_raise
from adapters.language.chat_model.form import FORM_SCHEMA
from adapters.language.chat_model.guarding import Guard, money_in, numbers_in
from adapters.language.chat_model.opening import open_chat_model
from adapters.language.chat_model.prompting import (
    ANSWER,
    UNDERSTAND,
    Prompt,
    instructions,
    what_is_known,
    what_was_said,
)
from adapters.language.pointing import points_at_photo, shown_thing
from adapters.language.port import Language, Piece, Unusable
from talknshop.chat_models import ChatModelChoice
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Intent,
    Understanding,
    Utterance,
)
from talknshop.usage import Usage

# An answer is a few sentences; a model that goes on and on is stopped.
LONGEST_ANSWER = 2000

_UNSETTLED = re.compile(r"(?:[$€£¥₹]\s?)?(?:\d[\d.,'’\s]*)?[!-~]*$")


class ChatModelLanguage:
    """Raises what adapters.language.port says."""

    def __init__(self, choice: ChatModelChoice, rules: Language) -> None:
        """`rules` read a person's own words, which bound what the model may decide."""
        self._choice = choice
        self._rules = rules
        self._timeout_s = choice.timeout.total_seconds()
        self._chat_model = open_chat_model(choice)
        self._forms = FormFiller(choice, self._chat_model, FORM_SCHEMA)

    async def understand(self, utterance: Utterance) -> Understanding:
        """`timeout` is for all of it: the calls, the waits and the second form."""
        pointed = points_at_photo(utterance)
        if pointed and not shown_thing(utterance.images, utterance.language)[0]:
            return await self._rules.understand(utterance)
        own = await self._rules.understand(utterance) if utterance.text else None
        if own is not None and (own.intent is Intent.RECOMMEND or own.is_about_memory):
            return own
        usage, refused = Usage(), ""
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        for _ in range(FORMS):
            messages = [self._instructed_by(UNDERSTAND), what_was_said(utterance, refused)]
            answer = await self._forms.fill_in(messages, deadline)
            usage += usage_of(answer["raw"], UNDERSTAND, self._choice.prices)
            refused = unusable(answer)
            if not refused:
                try:
                    understood = await understood_from(answer["parsed"], utterance, self._rules)
                except Refused as error:
                    refused = str(error)
                else:
                    if pointed and understood.intent is Intent.BUY:
                        understood = _with_means(understood, utterance)
                    return understood.model_copy(
                        update={
                            "model": self._choice.model,
                            "usage": usage,
                            "told": own.told if own else [],
                            "reply": own.reply if own and own.told else understood.reply,
                        }
                    )
        raise Unusable(f"{self._choice.model} did not fill in the form: {refused}", usage)

    def _instructed_by(self, prompt: Prompt) -> BaseMessage:
        is_bedrock = self._choice.model.startswith("bedrock_converse:")
        return instructions(prompt, marked=self._choice.cache_prompt and is_bedrock)

    async def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        """Whole words, as they come. `timeout` is for the first of them, and then for each next."""
        guard = Guard([request.question, *request.facts], _amounts_in(request))
        messages = [self._instructed_by(ANSWER), what_is_known(request)]
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        whole: AIMessageChunk | None = None
        shown = 0
        for call in range(1, CALLS + 1):
            try:
                async for chunk in self._stream(messages, deadline):
                    whole = chunk if whole is None else whole + chunk
                    words = _settled(whole.text[:LONGEST_ANSWER])
                    self._hold_against(guard, words, whole)
                    if len(words) > shown:
                        yield words[shown:]
                        shown = len(words)
                break
            except AdapterError as error:
                if shown:
                    raise
                whole = None
                await wait_or_raise(error, call, deadline)
        usage = usage_of(whole, ANSWER, self._choice.prices) if whole else Usage(calls=1)
        if whole is None or not whole.text.strip():
            raise Unusable(f"{self._choice.model} wrote nothing", usage)
        self._hold_against(guard, whole.text, whole)
        if whole.text[shown:]:
            yield whole.text[shown:]
        yield ComposedAnswer(text=whole.text.strip(), model=self._choice.model, usage=usage)

    def _hold_against(self, guard: Guard, text: str, answer: AIMessageChunk) -> None:
        too_long = "it goes on and on" if len(answer.text) > LONGEST_ANSWER else ""
        if objection := too_long or guard.objection(text):
            usage = usage_of(answer, ANSWER, self._choice.prices)
            raise Unusable(f"{self._choice.model} wrote what it may not: {objection}", usage)

    async def _stream(
        self, messages: list[BaseMessage], deadline: float
    ) -> AsyncIterator[AIMessageChunk]:
        loop = asyncio.get_running_loop()
        chunks = self._chat_model.astream(messages)
        while True:
            with model_failures(self._choice.model):
                async with asyncio.timeout_at(deadline):
                    chunk = await anext(chunks, None)
            if chunk is None:
                return
            assert isinstance(chunk, AIMessageChunk)
            if chunk.text:
                deadline = loop.time() + self._timeout_s
            yield chunk


def _with_means(understood: Understanding, utterance: Utterance) -> Understanding:
    """Which of barcode, print and vision model the search went by."""
    language = understood.language or utterance.language
    _, sentences = shown_thing(utterance.images, language)
    return understood.model_copy(update={"assumptions": [*sentences, *understood.assumptions]})


def _amounts_in(request: AnswerRequest) -> set[Decimal]:
    return numbers_in(request.question).union(*(money_in(fact) for fact in request.facts))


def _settled(text: str) -> str:
    """The text without its end, which may yet become an address or a longer number."""
    unsettled = _UNSETTLED.search(text)
    return text[: unsettled.start()] if unsettled else text
