"""The seller's turn: from what was said and shown to a posted listing, in twelve nodes."""

import asyncio
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command
from pydantic import ValidationError
from temporalio import workflow
from temporalio.common import Priority
from temporalio.exceptions import ActivityError, is_cancelled_exception
from temporalio.workflow import ParentClosePolicy

from activities.pricing import PricingActivities
from activities.publishing import PublishingActivities
from talknshop.commands import PerformAction
from talknshop.copywriting import open_facts
from talknshop.events import ErrorBody, ErrorData, ListingPreviewData, WorkflowStage
from talknshop.fields import field_said, first_problem
from talknshop.headlines import marketplace_title
from talknshop.jobs import EDITION, CrosspostRequest, ListingRequest
from talknshop.listing import AdviceRequest, ListingSpec, PriceAdvice
from talknshop.messages import catalogue, in_words, say, sentence
from talknshop.model import Condition
from talknshop.photos import Conflict, first_conflict, photo_advice, photos_kept, settled
from talknshop.posting import CheckListing, ListingCheck
from talknshop.understanding import Intent, Question
from workflows import policies
from workflows.crosspost import CrosspostWorkflow
from workflows.failures import told
from workflows.graphs import intake
from workflows.graphs.buyer import finish
from workflows.graphs.managing import manage_listing
from workflows.graphs.state import TurnState, heard_anew
from workflows.graphs.understand import understand
from workflows.ids import CROSSPOST, SEARCH, job_workflow_id
from workflows.metrics import timed
from workflows.turn import Turn, TurnContext, text_of
from workflows.visibility import job_attributes, job_memo

# What a preview waits for price advice at most; marketplaces mostly answer in half of that.
ADVICE_WITHIN_MS = 2000
# More about one thing is a nuisance; the preview names the rest.
MAX_FACTS = 3


async def need_media_ops(
    state: TurnState, runtime: Runtime[TurnContext]
) -> Command[Literal["transcribe_audio", "extract_image_attrs", "build_listing"]]:
    return Command(goto=intake.media_steps(state) or ["build_listing"])  # type: ignore[arg-type]


async def build_listing(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Any]:
    """Understand the words and merge them with the draft, the photos and the targets."""
    turn = runtime.context.turn
    understanding = state.get("understanding")
    if understanding is None:
        turn.stage(WorkflowStage.LISTING_BUILDING, say(turn.language, "stage_listing"))
        understanding = await understand(state, turn)
    update: TurnState = {"understanding": understanding, "degraded": understanding.degraded}
    draft = turn.listing
    if understanding.intent is Intent.BUY:
        return Command(goto=END, update={**update, "switch_to": "buyer"})
    if understanding.intent is Intent.MANAGE:
        return Command(goto="manage_listing", update=update)
    if understanding.intent is Intent.DECLINE:
        turn.forget_listing()
        return Command(goto="done", update={**update, "answer": say(turn.language, "not_posted")})
    if understanding.intent is Intent.CONFIRM and draft is not None and not draft.missing():
        return Command(goto="crosspost_dispatch", update={**update, "listing": draft})
    if understanding.intent is Intent.CHAT and draft is None:
        answer = " ".join([*state.get("unread", []), understanding.reply])
        return Command(goto="done", update={**update, "answer": answer})
    if understanding.intent is Intent.CHAT and understanding.reply:
        turn.stage(WorkflowStage.LISTING_BUILDING, understanding.reply)
    listing = _with_uploads(understanding.listing or draft or ListingSpec(), state, turn)
    turn.remember(listing=listing)
    return Command(goto="validate_listing_inputs", update={**update, "listing": listing})


def _with_uploads(listing: ListingSpec, state: TurnState, turn: Turn) -> ListingSpec:
    """The draft with this turn's photos, and with targets that can be posted on."""
    wanted = [name for name in listing.target_marketplaces if name in turn.posting_marketplaces]
    photos = [media.media_id for media in state.get("media", []) if media.media_type == "image"]
    return listing.model_copy(
        update={
            "media_refs": list(dict.fromkeys([*photos_kept(listing, turn.listing), *photos]))[:24],
            "target_marketplaces": wanted or turn.posting_marketplaces,
        }
    )


async def validate_listing_inputs(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Ask every target marketplace's rules, and what others ask for such a thing, at once."""
    turn, listing = runtime.context.turn, state["listing"]
    if listing.missing():
        return {"check": ListingCheck(), "advice": None}
    check, advice = await asyncio.gather(_check(turn, listing), _advise(state, turn))
    return {"check": check, "advice": advice, "advised": _priced_by(listing)}


async def _check(turn: Turn, listing: ListingSpec) -> ListingCheck:
    """Without an answer the preview says so."""
    try:
        return await workflow.execute_activity_method(
            PublishingActivities.check_listing,
            CheckListing(
                listing=ListingRequest(
                    job_id="", user_id=turn.user_id, marketplace="draft", listing=listing
                ),
                marketplaces=listing.target_marketplaces,
            ),
            task_queue=CROSSPOST,
            summary="check the marketplaces' rules",
            **policies.LISTING_CHECK,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        warning = say(turn.language, "rules_unchecked", why=told(error, turn.language))
        return ListingCheck(warnings=[warning])


async def _advise(state: TurnState, turn: Turn) -> PriceAdvice | None:
    """Looked up once for each title and condition; a preview comes without it when it is late."""
    listing = state["listing"]
    if state.get("advised") == _priced_by(listing):
        return state.get("advice")
    try:
        return await workflow.execute_activity_method(
            PricingActivities.advise_price,
            AdviceRequest(
                listing=listing, marketplaces=turn.marketplaces, deadline_ms=ADVICE_WITHIN_MS
            ),
            task_queue=SEARCH,
            summary="what others ask for it",
            **policies.PRICE_LOOKUP,
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        return None


def _priced_by(listing: ListingSpec) -> str:
    """What the advice depends on."""
    return f"{listing.title}\n{listing.condition}\n{listing.currency}"


async def need_clarify(
    state: TurnState, runtime: Runtime[TurnContext]
) -> Command[Literal["ask_clarifying_q", "preview_listing"]]:
    """What no marketplace can do without is asked for, one thing at a time, each thing once.

    Then where a photo shows something else than was said: nobody guesses which is right.
    """
    asked, language = state.get("asked", []), runtime.context.turn.language
    open_fields = [field for field in state["listing"].missing() if field not in asked]
    if not open_fields:
        conflict = _conflict(state)
        if conflict is None:
            return Command(goto="preview_listing")
        return Command(
            goto="ask_clarifying_q", update={"question": _question_between(conflict, language)}
        )
    understanding = state.get("understanding")
    question = understanding.question if understanding else None
    if question is None or question.field not in open_fields:
        question = _question_about(open_fields[0], language)
    return Command(goto="ask_clarifying_q", update={"question": question})


def _question_about(field: str, language: str) -> Question:
    options = say(language, "condition_options").split(", ") if field == "condition" else []
    return Question(question=say(language, f"ask_{field}"), field=field, options=options)


def _conflict(state: TurnState) -> Conflict | None:
    return first_conflict(state["listing"], state.get("photos", []), state.get("asked", []))


def _question_between(conflict: Conflict, language: str) -> Question:
    said, seen = conflict.said, conflict.seen
    if conflict.field == "condition":
        options = say(language, "condition_options").split(", ")
        said = options[0] if said == Condition.NEW else options[1]
        question = say(language, "conflict_condition", said=said, seen=seen)
        return Question(question=question, field="condition", options=options)
    question = say(language, "conflict_thing", said=said, seen=seen)
    return Question(question=question, field=conflict.field, options=[said, seen])


async def ask_clarifying_q(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Any]:
    """Wait for the answer; an edit made in the form answers as well."""
    question = state.get("question")
    assert question is not None
    turn = runtime.context.turn
    conflict = _conflict(state) if not state["listing"].missing() else None
    reply = await turn.ask(question)
    asked = [*state.get("asked", []), conflict.key if conflict else question.field]
    if isinstance(reply, PerformAction):
        return _act(reply, {**state, "asked": asked}, turn)
    if conflict is not None and text_of(reply) in (conflict.said, conflict.seen):
        listing = settled(state["listing"], conflict, text_of(reply))
        turn.remember(listing=listing)
        return Command(goto="validate_listing_inputs", update={"listing": listing, "asked": asked})
    return Command(goto="parse_input", update={**heard_anew(reply, question), "asked": asked})


async def preview_listing(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Any]:
    """Show what would be posted, and wait: nothing is posted that the person has not confirmed."""
    turn, listing, check = runtime.context.turn, state["listing"], state["check"]
    warnings = [*state.get("unread", []), *check.warnings]
    warnings += photo_advice(listing.media_refs, state.get("photos", []), turn.language)
    if listing.media_refs == []:
        warnings.append(say(turn.language, "no_photos"))
    warnings += [
        say(turn.language, "not_connected", marketplace=marketplace_title(name))
        for name in check.unknown_marketplaces
    ]
    if facts := open_facts(listing):
        asked = [sentence(fact) for fact in facts]
        warnings.append(say(turn.language, "buyers_ask", facts=asked))
    turn.emit(
        ListingPreviewData(
            listing_spec=listing,
            missing=listing.missing(),
            warnings=warnings,
            problems=check.problems,
            fitted=check.fitted,
            price_advice=state.get("advice"),
        )
    )
    question = _open_fact(listing, state.get("asked", []), turn.language)
    reply = await turn.reply(WorkflowStage.PREVIEWING, question)
    known = [*state.get("asked", []), *([question.field] if question else [])]
    if isinstance(reply, PerformAction):
        return _act(reply, {**state, "asked": known}, turn)
    return Command(goto="parse_input", update={**heard_anew(reply, question), "asked": known})


def _open_fact(listing: ListingSpec, asked: list[str], language: str) -> Question | None:
    """What buyers will ask and the listing does not say: one thing at a time, each once.

    Nobody has to answer it: the draft can be confirmed all the same.
    """
    if sum(field.startswith("fact_") for field in asked) >= MAX_FACTS:
        return None
    fact = next((fact for fact in open_facts(listing) if fact not in asked), None)
    if fact is None:
        return None
    known = catalogue(language)
    options = str(known[f"{fact}_options"]).split(", ") if f"{fact}_options" in known else []
    question = say(language, f"ask_{fact}")
    return Question(question=question, field=fact, options=options, required=False)


def _act(action: PerformAction, state: TurnState, turn: Turn) -> Command[Any]:
    """Confirm or edit; what can't be done is said, and the preview comes again."""
    listing = state["listing"]
    asked: TurnState = {"asked": state.get("asked", [])}
    if action.action == "confirm_listing":
        missing = listing.missing()
        if not missing:
            return Command(goto="crosspost_dispatch", update=asked)
        turn.emit(
            _refused(
                "incomplete_listing",
                say(turn.language, "give_first", fields=[field_said(name) for name in missing]),
            )
        )
    elif action.action == "edit_listing":
        try:
            listing = listing.changed(action.payload)
        except ValidationError as error:
            turn.emit(_refused("invalid_listing", in_words(first_problem(error), turn.language)))
        else:
            turn.remember(listing=listing)
    else:
        turn.emit(_refused("nothing_to_select", say(turn.language, "nothing_to_select")))
    return Command(goto="validate_listing_inputs", update={**asked, "listing": listing})


def _refused(code: str, message: str) -> ErrorData:
    return ErrorData(error=ErrorBody(code=code, message=message))


async def crosspost_dispatch(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Start the job as a workflow of its own: it outlives this turn."""
    turn, listing = runtime.context.turn, state["listing"]
    turn.stage(WorkflowStage.DISPATCHING, say(turn.language, "stage_dispatching"))
    job_id = str(workflow.uuid4())
    request = CrosspostRequest(
        edition=EDITION,
        job_id=job_id,
        user_id=turn.user_id,
        session_id=turn.session_id,
        listing=listing,
    )
    await workflow.start_child_workflow(
        CrosspostWorkflow.run,
        request,
        id=job_workflow_id(job_id),
        task_queue=CROSSPOST,
        parent_close_policy=ParentClosePolicy.ABANDON,
        search_attributes=job_attributes(request),
        memo=job_memo(listing),
        priority=Priority(fairness_key=turn.user_id),
        static_summary=f"post {listing.title} on {', '.join(listing.target_marketplaces)}",
    )
    turn.forget_listing()
    return {}


async def track_job(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Hand over to the job's own news: a job takes as long as it takes, a turn does not."""
    listing = state["listing"]
    turn = runtime.context.turn
    turn.stage(WorkflowStage.TRACKING, say(turn.language, "stage_tracking"))
    count = len(listing.target_marketplaces)
    return {"answer": say(turn.language, "posting", title=listing.title, count=count)}


async def done(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    finish(state, runtime.context.turn)
    return {}


def build_seller_graph() -> StateGraph[TurnState, TurnContext]:
    graph = StateGraph(TurnState, context_schema=TurnContext)
    for node in (
        intake.parse_input,
        need_media_ops,
        intake.transcribe_audio,
        intake.extract_image_attrs,
        validate_listing_inputs,
        need_clarify,
        crosspost_dispatch,
        track_job,
        done,
    ):
        graph.add_node(timed("seller")(node))
    graph.add_node(
        timed("seller")(build_listing),
        destinations=(
            "validate_listing_inputs",
            "crosspost_dispatch",
            "manage_listing",
            "done",
            END,
        ),
    )
    graph.add_node(manage_listing, destinations=("parse_input", "done"))
    graph.add_node(
        ask_clarifying_q,
        destinations=("parse_input", "validate_listing_inputs", "crosspost_dispatch"),
    )
    graph.add_node(
        preview_listing,
        destinations=("parse_input", "validate_listing_inputs", "crosspost_dispatch"),
    )
    graph.add_edge(START, "parse_input")
    graph.add_edge("parse_input", "need_media_ops")
    graph.add_edge("transcribe_audio", "build_listing")
    graph.add_edge("extract_image_attrs", "build_listing")
    graph.add_edge("validate_listing_inputs", "need_clarify")
    graph.add_edge("crosspost_dispatch", "track_job")
    graph.add_edge("track_job", "done")
    graph.add_edge("done", END)
    return graph


SELLER = build_seller_graph().compile()
