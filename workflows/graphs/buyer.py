"""The buyer's turn: from what was said to a ranked list, or to recommendations."""

import asyncio
from typing import Any, Literal

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime
from langgraph.types import Command
from temporalio import workflow

from talknshop.events import DoneData, RecommendationsData, WorkflowStage
from talknshop.headlines import marketplace_title
from talknshop.memory import NO_TASTE, Observation, Recollection, offer_key, sort_of
from talknshop.messages import say
from talknshop.model import MarketplaceName
from talknshop.money import format_price
from talknshop.products import ProductResult, SearchOutcome
from talknshop.recalling import (
    dropped_from,
    filled_in,
    is_new_search,
    taste_of,
    wishes_said,
)
from talknshop.requirement import RequirementSpec
from talknshop.understanding import AnswerRequest, Intent, ShownProduct, Understanding
from workflows.graphs import intake
from workflows.graphs.facts import result_facts
from workflows.graphs.state import TurnState, heard_anew
from workflows.graphs.understand import compose, understand
from workflows.metrics import timed
from workflows.patches import RECALLED_BESIDE, SEARCHED_TOGETHER
from workflows.recommending import recommend
from workflows.searching import count_search, find_all, rank_all, results_of, search_one
from workflows.turn import Turn, TurnContext

# More than this and asking is a nuisance: search with what is known.
MAX_QUESTIONS = 2
RECOMMENDED = 6


async def need_media_ops(
    state: TurnState, runtime: Runtime[TurnContext]
) -> Command[Literal["transcribe_audio", "extract_image_attrs", "build_requirement"]]:
    return Command(goto=intake.media_steps(state) or ["build_requirement"])  # type: ignore[arg-type]


async def build_requirement(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Any]:
    """Understand what is wanted; what is for the seller's graph ends this one."""
    turn = runtime.context.turn
    understanding = state.get("understanding")
    known: Recollection | None = None
    if understanding is None:
        turn.stage(WorkflowStage.REQUIREMENT_BUILDING, say(turn.language, "stage_understanding"))
        understanding, known = await _understood(state, turn)
    update: TurnState = {"understanding": understanding, "degraded": understanding.degraded}
    about_the_draft = turn.listing is not None and understanding.intent in (
        Intent.CONFIRM,
        Intent.DECLINE,
    )
    if understanding.intent in (Intent.SELL, Intent.MANAGE) or about_the_draft:
        return Command(goto=END, update={**update, "switch_to": "seller"})
    if understanding.intent is Intent.RECOMMEND:
        return Command(goto="recommend_products", update=update)
    if understanding.intent is not Intent.BUY:
        reply = understanding.reply or say(turn.language, "nothing_pending")
        answer = " ".join([*state.get("unread", []), reply])
        return Command(goto="done", update={**update, "answer": answer})
    known = known or await turn.recall()
    remembered = _remembering(state, turn, understanding, known)
    return Command(goto="need_clarify", update={**update, **remembered})


async def _understood(state: TurnState, turn: Turn) -> tuple[Understanding, Recollection | None]:
    """What is known of the person is recalled meanwhile."""
    if workflow.patched(RECALLED_BESIDE):
        return await asyncio.gather(understand(state, turn), turn.recall())
    return await understand(state, turn), None


def _remembering(
    state: TurnState, turn: Turn, understanding: Understanding, known: Recollection
) -> TurnState:
    """The requirement with what is known of the person; and the account learns what is new."""
    said, before = understanding.requirement or RequirementSpec(), turn.requirement
    # A search changed by hand says exactly what is wanted; a refinement keeps what it was.
    is_new = state.get("changed") is None and is_new_search(said, before)
    requirement, assumed = filled_in(said, known) if is_new and said.product_type else (said, [])
    dropped = [] if is_new else dropped_from(turn.assumed, said)
    kept = [] if is_new else [entry for entry in turn.assumed if entry.item_id not in dropped]
    turn.observe(
        Observation(
            about=sort_of(said.product_type),
            because=state.get("text", "")[:120],
            wishes=wishes_said(said, before, kept),
            dropped=dropped,
        )
    )
    turn.remember(requirement=requirement, assumed=[*kept, *assumed])
    return {
        "requirement": requirement,
        "taste": taste_of(requirement, known),
        "newly_assumed": assumed,
    }


async def need_clarify(
    state: TurnState, runtime: Runtime[TurnContext]
) -> Command[Literal["ask_clarifying_q", "search_marketplaces"]]:
    """Ask only what would change the search, and never the same thing twice."""
    understanding = state.get("understanding")
    question = understanding.question if understanding else None
    asked = state.get("asked", [])
    if question is not None and question.field not in asked and len(asked) < MAX_QUESTIONS:
        return Command(goto="ask_clarifying_q", update={"question": question})
    return Command(goto="search_marketplaces")


async def ask_clarifying_q(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """Wait for the person's answer; whatever they say next is understood anew."""
    question = state.get("question")
    assert question is not None
    reply = await runtime.context.turn.ask(question)
    return {
        **heard_anew(reply, question),
        "asked": [*state.get("asked", []), question.field],
    }


async def search_marketplaces(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """All at once, each with its own deadline; one that fails costs the others nothing."""
    turn, requirement = runtime.context.turn, state["requirement"]
    names = requirement.marketplaces or turn.marketplaces
    began = workflow.now()
    turn.stage(WorkflowStage.SEARCHING, say(turn.language, "stage_searching", count=len(names)))
    turn.searching(names)
    if workflow.patched(SEARCHED_TOGETHER):
        found = await find_all(
            requirement,
            names,
            turn.search_deadline_ms,
            session_id=turn.session_id,
            turn_id=turn.turn_id,
            taste=state.get("taste", NO_TASTE),
        )
        for outcome in found.outcomes:
            turn.searched(outcome)
        return {"outcomes": found.outcomes, "shortlist": found.shortlist, "searched_at": began}
    outcomes = await asyncio.gather(*(_search(turn, name, requirement) for name in names))
    return {"outcomes": list(outcomes), "searched_at": began}


async def _search(
    turn: Turn, marketplace: MarketplaceName, requirement: RequirementSpec
) -> SearchOutcome:
    outcome = await search_one(
        marketplace, requirement, turn.search_deadline_ms, session_id=turn.session_id
    )
    turn.searched(outcome)
    return outcome


async def rank_and_compose(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """One list first, then the words about it: nobody waits for prose to see products."""
    turn, requirement, outcomes = runtime.context.turn, state["requirement"], state["outcomes"]
    shortlist = state.get("shortlist") or await rank_all(
        requirement,
        outcomes,
        turn.search_deadline_ms,
        session_id=turn.session_id,
        taste=state.get("taste", NO_TASTE),
    )
    results = results_of(requirement, outcomes, shortlist, turn.assumed)
    turn.emit(results)
    count_search(results, state["searched_at"])
    turn.remember(shown=[shown_of(product) for product in shortlist.products])
    understanding = state.get("understanding")
    answer = await compose(
        AnswerRequest(
            session_id=turn.session_id,
            turn_id=turn.turn_id,
            kind="results",
            question=state.get("text", ""),
            facts=result_facts(
                results,
                understanding,
                state.get("unread", []),
                turn.language,
                state.get("newly_assumed", []),
                shortlist.beyond,
            ),
            untrusted=[
                product.title
                for product in [*shortlist.products, *filter(None, [shortlist.beyond])]
            ],
            language=turn.language,
        )
    )
    turn.spend(answer.usage)
    return {
        "answer": answer.text,
        "degraded": state.get("degraded", False) or answer.degraded,
    }


async def recommend_products(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    """What the person may also like, on request; without anything to go by that is said."""
    turn = runtime.context.turn
    turn.stage(WorkflowStage.SEARCHING, say(turn.language, "stage_recommending"))
    recollection = await turn.recall()
    seeds = [turn.similar_to] if turn.similar_to else recollection.seeds
    found = await recommend(
        seeds,
        recollection,
        turn.marketplaces,
        turn.search_deadline_ms,
        turn.language,
        RECOMMENDED,
        turn.session_id,
        [offer_key(shown.marketplace, shown.product_id) for shown in turn.shown],
    )
    if not found.items:
        return {"answer": say(turn.language, "nothing_to_recommend")}
    turn.emit(RecommendationsData(items=found.items))
    turn.remember(shown=[shown_of(entry.product) for entry in found.items])
    first = found.items[0]
    answer = say(
        turn.language,
        "recommended",
        title=first.product.title,
        price=format_price(first.product.price, first.product.currency),
        marketplace=marketplace_title(first.product.marketplace),
    )
    return {"answer": f"{answer} {first.reason}"}


def shown_of(product: ProductResult) -> ShownProduct:
    return ShownProduct(
        product_id=product.product_id,
        marketplace=product.marketplace,
        title=product.title,
        price=product.price,
        currency=product.currency,
        rating=product.rating,
        condition=product.condition,
        brand=product.attributes.get("brand", ""),
    )


async def done(state: TurnState, runtime: Runtime[TurnContext]) -> TurnState:
    finish(state, runtime.context.turn)
    return {}


def finish(state: TurnState, turn: Turn) -> None:
    """The turn's last event: the whole answer, and what was assumed or not understood."""
    understanding = state.get("understanding")
    turn.emit(
        DoneData(
            message=state.get("answer", ""),
            usage=turn.usage.counts,
            degraded=state.get("degraded", False)
            or any(photo.degraded for photo in state.get("photos", [])),
            assumptions=understanding.assumptions if understanding else [],
            remembered=state.get("newly_assumed", []),
            not_understood=understanding.not_understood if understanding else [],
        )
    )


def build_buyer_graph() -> StateGraph[TurnState, TurnContext]:
    graph = StateGraph(TurnState, context_schema=TurnContext)
    for node in (
        intake.parse_input,
        need_media_ops,
        intake.transcribe_audio,
        intake.extract_image_attrs,
        need_clarify,
        search_marketplaces,
        rank_and_compose,
        recommend_products,
        done,
    ):
        graph.add_node(timed("buyer")(node))
    graph.add_node(ask_clarifying_q)
    graph.add_node(
        timed("buyer")(build_requirement),
        destinations=("need_clarify", "recommend_products", "done", END),
    )
    graph.add_edge(START, "parse_input")
    graph.add_edge("parse_input", "need_media_ops")
    graph.add_edge("transcribe_audio", "build_requirement")
    graph.add_edge("extract_image_attrs", "build_requirement")
    graph.add_edge("ask_clarifying_q", "parse_input")
    graph.add_edge("search_marketplaces", "rank_and_compose")
    graph.add_edge("rank_and_compose", "done")
    graph.add_edge("recommend_products", "done")
    graph.add_edge("done", END)
    return graph


BUYER = build_buyer_graph().compile()
