"""The steps that language takes: at once beside the conversation, or else by a chat model."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from temporalio import workflow

from activities.instant import InstantLanguageActivities
from activities.understanding import UnderstandingActivities
from talknshop.memory import Observation
from talknshop.messages import say
from talknshop.recalling import summary_of
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Intent,
    Mode,
    Understanding,
    Utterance,
)
from workflows import policies
from workflows.graphs.state import TurnState
from workflows.ids import LANGUAGE
from workflows.patches import LANGUAGE_AT_ONCE
from workflows.turn import Turn

In = TypeVar("In")
Out = TypeVar("Out")

UNDERSTAND = "understand the request"
WRITE = "write the answer"


async def understand(state: TurnState, turn: Turn) -> Understanding:
    """Everything said in this turn, by typing or by voice, with what it may refer to.

    A search that the person changed by hand says exactly what is wanted.
    """
    changed = state.get("changed")
    if changed is not None:
        return Understanding(intent=Intent.BUY, requirement=changed)
    said = [state.get("text", ""), *state.get("transcripts", [])]
    utterance = Utterance(
        session_id=turn.session_id,
        text=" ".join(part for part in said if part),
        mode=state.get("mode", Mode.AUTO),
        requirement=turn.requirement,
        listing=turn.listing,
        question=state.get("question"),
        asked=state.get("asked", []),
        shown=turn.shown,
        images=state.get("images", []),
        marketplaces=sorted({*turn.marketplaces, *turn.posting_marketplaces}),
        search_marketplaces=turn.marketplaces,
        posting_marketplaces=turn.posting_marketplaces,
        language=turn.language,
        flow=turn.flow,
        has_posted=bool(turn.posted),
    )
    understanding = await _at_once_or_asked(
        InstantLanguageActivities.understand_at_once,
        UnderstandingActivities.understand,
        utterance,
        UNDERSTAND,
    )
    turn.spend(understanding.usage)
    if understanding.language:
        turn.remember(language=understanding.language)
    if understanding.told:
        return await _about_memory(understanding, utterance, turn)
    return understanding


async def _about_memory(
    understanding: Understanding, utterance: Utterance, turn: Turn
) -> Understanding:
    """The account is told, and the answer says what will be remembered, or that nothing is."""
    turn.observe(Observation(because=utterance.text[:120], told=understanding.told))
    does, known = {told.do for told in understanding.told}, await turn.recall()
    reply = understanding.reply
    if "show" in does:
        reply = summary_of(known, turn.language)
    elif "remember" in does and not known.enabled:
        reply = say(turn.language, "memory_is_off")
    if understanding.intent is not Intent.BUY:
        return understanding.model_copy(update={"reply": reply})
    assumptions = [*understanding.assumptions, reply]
    return understanding.model_copy(update={"assumptions": assumptions})


async def compose(request: AnswerRequest) -> ComposedAnswer:
    """The words about what was found."""
    return await _at_once_or_asked(
        InstantLanguageActivities.compose_at_once,
        UnderstandingActivities.compose_answer,
        request,
        WRITE,
    )


async def _at_once_or_asked(
    at_once: Callable[[InstantLanguageActivities, In], Awaitable[Out | None]],
    asked: Callable[[UnderstandingActivities, In], Awaitable[Out]],
    request: In,
    summary: str,
) -> Out:
    """Beside the conversation where that gives an answer, or else by the language worker."""
    answer: Out | None = None
    if workflow.patched(LANGUAGE_AT_ONCE):
        answer = await workflow.execute_local_activity_method(
            at_once, request, summary=summary, **policies.AT_ONCE
        )
    if answer is None:
        answer = await workflow.execute_activity_method(
            asked, request, task_queue=LANGUAGE, summary=summary, **policies.LANGUAGE_STEP
        )
    return answer
