"""The steps that language takes: at once beside the conversation, or else by a chat model."""

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
    understanding: Understanding | None = None
    if workflow.patched(LANGUAGE_AT_ONCE):
        understanding = await workflow.execute_local_activity_method(
            InstantLanguageActivities.understand_at_once,
            utterance,
            summary=UNDERSTAND,
            **policies.AT_ONCE,
        )
    if understanding is None:
        understanding = await workflow.execute_activity_method(
            UnderstandingActivities.understand,
            utterance,
            task_queue=LANGUAGE,
            summary=UNDERSTAND,
            **policies.LANGUAGE_STEP,
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
    answer: ComposedAnswer | None = None
    if workflow.patched(LANGUAGE_AT_ONCE):
        answer = await workflow.execute_local_activity_method(
            InstantLanguageActivities.compose_at_once,
            request,
            summary=WRITE,
            **policies.AT_ONCE,
        )
    if answer is None:
        answer = await workflow.execute_activity_method(
            UnderstandingActivities.compose_answer,
            request,
            task_queue=LANGUAGE,
            summary=WRITE,
            **policies.LANGUAGE_STEP,
        )
    return answer
