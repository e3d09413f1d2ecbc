"""The step that both graphs share: what does the person want?"""

from temporalio import workflow

from activities.understanding import UnderstandingActivities
from talknshop.memory import Observation
from talknshop.recalling import summary_of
from talknshop.understanding import Intent, Mode, Understanding, Utterance
from workflows import policies
from workflows.graphs.state import TurnState
from workflows.ids import LANGUAGE
from workflows.turn import Turn


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
    )
    understanding = await workflow.execute_activity_method(
        UnderstandingActivities.understand,
        utterance,
        task_queue=LANGUAGE,
        summary="understand the request",
        **policies.LANGUAGE_STEP,
    )
    turn.spend(understanding.usage)
    if understanding.language:
        turn.remember(language=understanding.language)
    if understanding.told:
        turn.observe(Observation(because=utterance.text[:120], told=understanding.told))
        if any(told.do == "show" for told in understanding.told):
            known = summary_of(await turn.recall(), turn.language)
            return understanding.model_copy(update={"reply": known})
    return understanding
