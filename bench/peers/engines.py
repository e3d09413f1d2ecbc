"""The buyer's turn on other engines. Each is written as its own documentation would have it."""

import asyncio
import operator
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

from bench.peers.steps import Json, Steps

Turn = Callable[[str, str], Awaitable[Json]]  # of an id and a text, to a Shortlist
Ended = Callable[[str, Json], None]  # told of each turn that ends, whoever started it


class State(TypedDict, total=False):
    text: str
    requirement: Json
    marketplace: str
    pages: Annotated[list[Json], operator.add]
    shortlist: Json


def _graph(steps: Steps) -> StateGraph[State]:
    async def understand(state: State) -> State:
        return {"requirement": await steps.understand(state["text"])}

    async def search(state: State) -> State:
        return {"pages": [await steps.search(state["marketplace"], state["requirement"])]}

    async def rank(state: State) -> State:
        return {"shortlist": await steps.rank(state["requirement"], state["pages"])}

    async def everywhere(state: State) -> list[Send]:
        return [
            Send("search", {"marketplace": name, "requirement": state["requirement"]})
            for name in steps.marketplaces
        ]

    graph = StateGraph(State)
    graph.add_node("understand", understand)
    graph.add_node("search", search)
    graph.add_node("rank", rank)
    graph.add_edge(START, "understand")
    graph.add_conditional_edges("understand", everywhere, ["search"])
    graph.add_edge("search", "rank")
    graph.add_edge("rank", END)
    return graph


@asynccontextmanager
async def plain(steps: Steps, folder: Path, ended: Ended) -> AsyncIterator[Turn]:
    """The graph in one process, kept nowhere."""
    compiled = _graph(steps).compile()

    async def turn(turn_id: str, text: str) -> Json:
        state = await compiled.ainvoke({"text": text})
        ended(turn_id, state["shortlist"])
        return state["shortlist"]

    yield turn


@asynccontextmanager
async def langgraph_sqlite(steps: Steps, folder: Path, ended: Ended) -> AsyncIterator[Turn]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    async with AsyncSqliteSaver.from_conn_string(str(folder / "langgraph.db")) as saver:
        await saver.setup()
        yield _checkpointed(steps, saver, ended)


@asynccontextmanager
async def langgraph_postgres(steps: Steps, folder: Path, ended: Ended) -> AsyncIterator[Turn]:
    """The database is at PEER_POSTGRES."""
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    async with AsyncPostgresSaver.from_conn_string(os.environ["PEER_POSTGRES"]) as saver:
        await saver.setup()
        yield _checkpointed(steps, saver, ended)


def _checkpointed(steps: Steps, saver: Any, ended: Ended) -> Turn:
    """A thread for each turn; asked again with the same id, it goes on after its last step."""
    compiled = _graph(steps).compile(checkpointer=saver)

    async def turn(turn_id: str, text: str) -> Json:
        config: Any = {"configurable": {"thread_id": turn_id}}
        begun = await saver.aget_tuple(config)
        state = await compiled.ainvoke(None if begun else {"text": text}, config)
        ended(turn_id, state["shortlist"])
        return state["shortlist"]

    return turn


@asynccontextmanager
async def dbos_sqlite(steps: Steps, folder: Path, ended: Ended) -> AsyncIterator[Turn]:
    from dbos import DBOS, SetWorkflowID

    DBOS(
        config={
            "name": "peer",
            "system_database_url": f"sqlite:///{folder / 'dbos.db'}",
            "application_version": "1",
            "log_level": "ERROR",
        }
    )

    @DBOS.step()
    async def understand(text: str) -> Json:
        return await steps.understand(text)

    @DBOS.step()
    async def search(marketplace: str, requirement: Json) -> Json:
        return await steps.search(marketplace, requirement)

    @DBOS.step()
    async def rank(requirement: Json, pages: list[Json]) -> Json:
        return await steps.rank(requirement, pages)

    @DBOS.workflow()
    async def turn_workflow(turn_id: str, text: str) -> Json:
        requirement = await understand(text)
        pages = await asyncio.gather(*(search(name, requirement) for name in steps.marketplaces))
        shortlist = await rank(requirement, pages)
        ended(turn_id, shortlist)
        return shortlist

    DBOS.launch()

    async def turn(turn_id: str, text: str) -> Json:
        with SetWorkflowID(turn_id):
            return await turn_workflow(turn_id, text)

    try:
        yield turn
    finally:
        DBOS.destroy()


ENGINES = {
    "one process": plain,
    "LangGraph + SQLite": langgraph_sqlite,
    "LangGraph + PostgreSQL": langgraph_postgres,
    "DBOS + SQLite": dbos_sqlite,
}
