"""Orders by words about listings that are up: which one, is it meant so, and what came of it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from langgraph.runtime import Runtime
from langgraph.types import Command
from rapidfuzz import fuzz
from temporalio import workflow

from activities.managing import ManagingActivities
from talknshop.events import WorkflowStage
from talknshop.headlines import marketplace_title, names_in, standing
from talknshop.managing import Carried, FindJobs, FoundJobs, Order, OrderFor, OwnJob, meant
from talknshop.messages import in_words, say
from talknshop.model import MarketplaceName
from talknshop.money import format_price
from talknshop.understanding import Intent, Question
from workflows import policies
from workflows.graphs.state import TurnState, heard_anew
from workflows.graphs.understand import understand
from workflows.ids import CROSSPOST
from workflows.turn import Reply, Turn, TurnContext, text_of

CONFIRM_ORDER = "confirm_order"
MOST_BUTTONS = 8
MOST_TOLD = 5
ALL = 100  # of a hundred: the whole title is in what was said


async def manage_listing(state: TurnState, runtime: Runtime[TurnContext]) -> Command[Any]:
    """What ends a listing is asked about first; a word that is no answer is heard anew."""
    turn, understanding = runtime.context.turn, state.get("understanding")
    assert understanding is not None
    assert understanding.order is not None
    order = understanding.order
    turn.stage(WorkflowStage.TRACKING, say(turn.language, "stage_listings"))
    looked = await _jobs(turn, order.thing)
    found = meant(order, looked.jobs)
    if not found and order.thing and looked.only_newest:
        return _say(turn, "no_listing_among", thing=order.thing, most=looked.only_newest)
    if not found:
        without = "no_listing_up" if order.every else "no_listing_suits"
        return _say(turn, "no_listing_called" if order.thing else without, thing=order.thing)
    if order.action == "status":
        return _tell(turn, order, found)
    job = found[0]
    if len(found) > 1:
        reply = await turn.ask(_which_of(found, turn.language))
        chosen = _chosen(reply, {each.title: each for each in found})
        if chosen is None:
            return _heard(reply)
        job = chosen
    marketplaces = job.suited(order)
    if not marketplaces:
        return _say(turn, "order_unsuited", title=job.title)
    if order.action == "edit":
        return _say(turn, "order_edit", title=job.title)
    if order.action == "mark_sold" and len(marketplaces) > 1:
        titles = {marketplace_title(name): name for name in marketplaces}
        reply = await turn.ask(
            Question(
                question=say(turn.language, "ask_where_sold", title=job.title),
                field="where_sold",
                options=[*titles],
            )
        )
        where = _chosen(reply, titles)
        if where is None:
            return _heard(reply)
        marketplaces = [where]
    if order.action in ("withdraw", "mark_sold"):
        refused = await _unless_meant(state, turn, order, job, marketplaces)
        if refused is not None:
            return refused
    return await _carry_out(turn, order, job, marketplaces)


def _tell(turn: Turn, order: Order, found: list[OwnJob]) -> Command[Any]:
    """Where each of them stands; on that marketplace alone when it is there."""
    told = []
    for job in found[:MOST_TOLD]:
        there = job.suited(order)
        listings = [entry for entry in job.listings if not there or entry.marketplace in there]
        told.append(standing(job.title, listings, turn.language))
    if len(found) > MOST_TOLD:
        told.append(say(turn.language, "only_newest_listings", most=MOST_TOLD))
    return Command(goto="done", update={"answer": "\n".join(told)})


def _which_of(found: list[OwnJob], language: str) -> Question:
    """As many buttons as one looks through; the others can be named."""
    key = "ask_which_listing" if len(found) <= MOST_BUTTONS else "ask_which_of_many"
    return Question(
        question=say(language, key, count=len(found), most=MOST_BUTTONS),
        field="which_listing",
        options=[each.title for each in found[:MOST_BUTTONS]],
    )


T = TypeVar("T")


def _chosen(reply: Reply, choices: Mapping[str, T]) -> T | None:
    """The choice that the person pressed, or named in a few words."""
    said = text_of(reply).casefold().strip(" .!?。")
    named = [title for title in choices if title.casefold() == said]
    if not named and said:
        named = [
            title
            for title in choices
            if said in title.casefold() or fuzz.partial_ratio(title.casefold(), said) == ALL
        ]
    return choices[named[0]] if len(named) == 1 else None


def _say(turn: Turn, key: str, **values: Any) -> Command[Any]:
    return Command(goto="done", update={"answer": say(turn.language, key, **values)})


def _heard(reply: Reply) -> Command[Any]:
    return Command(goto="parse_input", update=heard_anew(reply, None))


async def _jobs(turn: Turn, thing: str) -> FoundJobs:
    return await workflow.execute_activity_method(
        ManagingActivities.find_jobs,
        FindJobs(user_id=turn.user_id, posted=turn.posted, thing=thing),
        task_queue=CROSSPOST,
        summary="find the person's listings",
        **policies.LISTING_ORDER,
    )


async def _unless_meant(
    state: TurnState, turn: Turn, order: Order, job: OwnJob, marketplaces: list[MarketplaceName]
) -> Command[Any] | None:
    """None when the person says yes; else where the turn goes on."""
    names = names_in(marketplaces, turn.language)
    yes, no = say(turn.language, "answer_yes"), say(turn.language, "answer_no")
    question = Question(
        question=say(turn.language, f"ask_{order.action}", title=job.title, names=names),
        field=CONFIRM_ORDER,
        options=[yes, no],
    )
    reply = await turn.ask(question)
    text = text_of(reply)
    if text == yes:
        return None
    if text and text != no:
        understood = await understand({**state, **heard_anew(reply, question)}, turn)
        if understood.intent is Intent.CONFIRM:
            return None
        if understood.intent is not Intent.DECLINE:
            return _heard(reply)
    return _say(turn, "order_left")


async def _carry_out(
    turn: Turn, order: Order, job: OwnJob, marketplaces: list[MarketplaceName]
) -> Command[Any]:
    carried: Carried = await workflow.execute_activity_method(
        ManagingActivities.carry_out,
        OrderFor(
            user_id=turn.user_id,
            key=str(workflow.uuid4()),
            order=order,
            job_id=job.job_id,
            marketplaces=marketplaces,
        ),
        task_queue=CROSSPOST,
        summary=f"{order.action} {job.title}"[:200],
        **policies.LISTING_ORDER,
    )
    return Command(goto="done", update={"answer": " ".join(_told(order, carried, turn.language))})


_DONE = {
    "reprice": "order_repriced",
    "withdraw": "order_withdrawn",
    "mark_sold": "order_sold",
    "retry": "order_live",
    "relist": "order_live",
}


def _told(order: Order, carried: Carried, language: str) -> list[str]:
    """Only what is known: done, under way, refused, or waiting for the person."""
    if carried.refused:
        return [in_words(carried.refused, language)]
    told = []
    if carried.done:
        names = names_in(carried.done, language)
        price = format_price(order.price, carried.job.currency) if order.price else ""
        told.append(
            say(language, _DONE[order.action], title=carried.job.title, names=names, price=price)
        )
    if carried.under_way:
        told.append(say(language, "order_under_way", names=names_in(carried.under_way, language)))
    told += [
        say(
            language,
            "news_needs_you",
            name=marketplace_title(entry.marketplace),
            message=entry.needs.message,
        )
        for entry in carried.job.listings
        if entry.needs and entry.marketplace not in [*carried.done, *carried.under_way]
    ]
    return told
