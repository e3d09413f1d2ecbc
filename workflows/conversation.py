"""One workflow for each conversation: commands in, events out, continue-as-new between turns."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from opentelemetry.context import Context
from pydantic import BaseModel
from temporalio import workflow
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    ChildWorkflowError,
    is_cancelled_exception,
)

with workflow.unsafe.imports_passed_through():
    from activities.remembering import AccountOf, RememberingActivities
    from talknshop.bulk import BulkView
    from talknshop.commands import (
        MAX_MESSAGE_LENGTH,
        Accepted,
        AnswerQuestion,
        PerformAction,
        Rename,
        SendMessage,
    )
    from talknshop.events import (
        BulkData,
        ClarificationData,
        ConversationEvent,
        DoneData,
        ErrorBody,
        ErrorData,
        EventData,
        EventPage,
        JobData,
        ProgressData,
        UserMessageData,
        WatchData,
        WorkflowStage,
    )
    from talknshop.headlines import bulk_headline, headline, watch_headline
    from talknshop.hearing import likely_words
    from talknshop.jobs import JobView
    from talknshop.listing import ListingSpec
    from talknshop.memory import (
        Assumed,
        How,
        Observation,
        ObservationBatch,
        Recollection,
        Seed,
        SeenProduct,
        offer_key,
        sort_of,
    )
    from talknshop.messages import say, sentence, worded
    from talknshop.model import MarketplaceName, SessionId, UserId, Value
    from talknshop.products import SearchNews, SearchOutcome
    from talknshop.requirement import RequirementSpec
    from talknshop.understanding import Mode, Question, ShownProduct
    from talknshop.usage import Usage
    from talknshop.watches import WatchNews
    from workflows import metrics, policies
    from workflows.event_log import EventLog
    from workflows.failures import code_of, logged, refused, told
    from workflows.graphs.state import Flow, TurnState
    from workflows.hints import hint
    from workflows.ids import ACCOUNTS, account_workflow_id
    from workflows.pages import conversation_page
    from workflows.patches import MEMORY, PATCHES, READ_FIRST, TOLD_ASIDE
    from workflows.tracing import caller
    from workflows.turn import Reply, TurnContext
    from workflows.visibility import KIND, SESSION_ID, STAGE, USER_ID

# The server refuses an eleventh update in flight; ours are short, but the inbox is bounded too.
MAX_WAITING = 5
# A client resends a message within minutes: this many ids are remembered over continue-as-new.
REMEMBERED_MESSAGES = 100
# A run takes 2,000 updates; the suggestion by events comes at about 4,000.
TURNS_PER_RUN = 200
# A page asks for an answer as soon as it is there. A run that ended with it is read again from its
# first event for that: seconds, when it is long.
READ_WITHIN = timedelta(seconds=0.5)
TELL = "tell the account what was learned"
# The graphs loop at most once for each thing that the person says.
MAX_STEPS = 200

_PRODUCT_ACTIONS = {
    "select_product": How.SELECTED,
    "dismiss_product": How.DISMISSED,
    "bought_product": How.BOUGHT,
}


class ConversationSettings(Value):
    """What the gateway decides when it starts a conversation."""

    marketplaces: list[MarketplaceName]
    posting_marketplaces: list[MarketplaceName]
    search_deadline_ms: int = 4000
    rest_after_s: int = 0  # without a turn; 0 never, as conversations of earlier builds do


class TurnSummary(Value):
    """A finished turn, for the list of what was talked about."""

    turn_id: str
    message: str
    answer: str


class ConversationState(BaseModel):
    """All that a conversation is; it travels whole into the next run."""

    session_id: SessionId
    user_id: UserId
    settings: ConversationSettings
    log: EventLog
    created_at: datetime | None = None
    title: str = ""
    turns: int = 0
    flow: Flow = "buyer"
    language: str = "en"  # the one that the person spoke last
    requirement: RequirementSpec | None = None
    listing: ListingSpec | None = None
    shown: list[ShownProduct] = []
    selected: ShownProduct | None = None  # of those shown, the one opened last
    dismissed: list[str] = []
    assumed: list[Assumed] = []  # filled in from memory, and still in the requirement
    observed: list[Observation] = []  # to be told to the person's account
    observations: int = 0
    inbox: list[SendMessage] = []
    taken: dict[str, Accepted] = {}  # by message id, the newest last
    headlines: dict[str, str] = {}  # the last news told, by job
    summaries: list[TurnSummary] = []
    media_ids: list[str] = []  # all that was uploaded for it, to be erased with it
    usage: Usage = Usage()  # of chat models, by all turns
    ended: bool = False


class ConversationView(Value):
    """A conversation as its owner sees it."""

    session_id: SessionId
    user_id: UserId
    title: str
    created_at: datetime | None
    stage: WorkflowStage
    turns: list[TurnSummary]
    requirement: RequirementSpec | None
    listing: ListingSpec | None
    usage: Usage = Usage()
    last_event_id: int
    media_ids: list[str] = []


class LikelyWords(Value):
    user_id: UserId
    words: list[str]


def new_conversation(
    session_id: SessionId, user_id: UserId, settings: ConversationSettings, language: str = "en"
) -> ConversationState:
    """The input of a conversation's first run."""
    return ConversationState(
        session_id=session_id,
        user_id=user_id,
        settings=settings,
        language=language,
        log=EventLog(session_id=session_id),
    )


@workflow.defn
class ConversationWorkflow:
    """Turns are worked on one after the other; a turn may wait for the person for days."""

    @workflow.init
    def __init__(self, state: ConversationState) -> None:
        self._state = state
        self._state.created_at = state.created_at or workflow.now()
        self._inbox = deque(state.inbox)
        self._stage = WorkflowStage.INITIAL if not state.turns else WorkflowStage.COMPLETED
        self._shown_stage: WorkflowStage | None = None  # by the search attribute, in this run
        self._turns_in_run = 0
        self._turned_at = workflow.now()
        self._rests: asyncio.Task[None] | None = None  # until it has been idle for long
        self._turn: asyncio.Task[None] | None = None
        self._turn_id = ""
        self._awaited: set[MarketplaceName] = set()  # of the search under way
        self._telling: asyncio.Task[None] | None = None  # the account, of what was observed
        self._told_at = workflow.now()  # when that began
        self._usage = Usage()
        self._waiting = False
        self._question: Question | None = None
        self._reply: Reply | None = None
        self._cancelled = False
        self._flow: Flow = state.flow  # the graph at work
        # When each word that waits was heard, and in whose trace; not kept over continue-as-new.
        self._heard: dict[str, tuple[datetime, Context | None]] = {}
        self._heard_at = workflow.now()
        self.trace: Context | None = None  # what is started belongs to it (workflows.tracing)

    @workflow.run
    async def run(self, state: ConversationState) -> None:
        workflow.upsert_search_attributes(
            [
                USER_ID.value_set(state.user_id),
                SESSION_ID.value_set(state.session_id),
                KIND.value_set("conversation"),
            ]
        )
        if self._state.turns:
            self._describe()
        while not self._state.ended:
            await workflow.wait_condition(
                lambda: (
                    bool(self._inbox)
                    or self._has_to_tell()
                    or self._state.ended
                    or self._has_rested()
                )
            )
            if self._inbox and not self._state.ended:
                await self._take_turn(self._inbox.popleft())
                self._begin_to_rest()
            if self._has_to_tell():
                await self._tell_account()
            if self._should_continue_as_new() and not self._state.ended:
                if not self._has_rested() and workflow.patched(READ_FIRST):
                    await workflow.sleep(READ_WITHIN, summary="until the answer has been read")
                # A handler still running would be cut off when this run ends.
                await workflow.wait_condition(workflow.all_handlers_finished)
                self._state.inbox = list(self._inbox)
                workflow.continue_as_new(self._state)
        await workflow.wait_condition(
            lambda: workflow.all_handlers_finished() and not self._is_telling()
        )

    def _should_continue_as_new(self) -> bool:
        return (
            workflow.info().is_continue_as_new_suggested()
            or self._turns_in_run >= TURNS_PER_RUN
            or self._has_rested()
        )

    def _begin_to_rest(self) -> None:
        """One timer, however many turns follow each other."""
        self._turned_at = workflow.now()
        is_noticed = self._rests is not None and not self._rests.done()
        if self._state.settings.rest_after_s and not is_noticed:
            self._rests = asyncio.create_task(self._rest())

    async def _rest(self) -> None:
        while (left := self._rested_at() - workflow.now()) > timedelta(0):
            await workflow.sleep(left, summary="until it has been idle for long")

    def _rested_at(self) -> datetime:
        return self._turned_at + timedelta(seconds=self._state.settings.rest_after_s)

    def _has_rested(self) -> bool:
        """Then the next run holds only the state: what is open costs many times what is closed."""
        return self._rests is not None and self._rests.done() and not self._inbox

    def _has_to_tell(self) -> bool:
        return bool(self._state.observed) and not self._is_telling()

    def _is_telling(self) -> bool:
        return self._telling is not None and not self._telling.done()

    async def _tell_account(self) -> None:
        """What was observed is told once the person has their answer; the next turn may begin.

        It is kept until it was told: the next run tells it again, and the account learns it once.
        """
        batch = ObservationBatch(user_id=self.user_id, observations=self._state.observed)
        if workflow.patched(TOLD_ASIDE):
            self._told_at = workflow.now()
            self._telling = asyncio.create_task(self._tell(batch))
            return
        self._state.observed = []
        try:
            await workflow.execute_local_activity_method(
                RememberingActivities.learn,
                args=[self._account, batch],
                summary=TELL,
                **policies.LEARNING,
            )
        except ActivityError as error:
            workflow.logger.error("the account was not told: %s", logged(error))

    async def _tell(self, batch: ObservationBatch) -> None:
        try:
            await workflow.execute_activity_method(
                RememberingActivities.learn,
                args=[self._account, batch],
                summary=TELL,
                **policies.TELLING,
            )
        except ActivityError as error:
            workflow.logger.error("the account was not told: %s", logged(error))
        self._state.observed = self._state.observed[len(batch.observations) :]

    @property
    def _account(self) -> AccountOf:
        return AccountOf(workflow_id=account_workflow_id(self.user_id), task_queue=ACCOUNTS)

    async def _take_turn(self, message: SendMessage) -> None:
        self._turns_in_run += 1
        self._turn_id = self._state.taken[message.message_id].turn_id
        self._cancelled = False
        self._usage = Usage()
        self._listen_to(message.message_id)
        for patch in PATCHES:
            workflow.patched(patch)
        self._turn = asyncio.create_task(self._work(message))
        try:
            await self._turn
        except (asyncio.CancelledError, ActivityError, ChildWorkflowError) as error:
            if self._cancelled and is_cancelled_exception(error):
                stopped = say(self._state.language, "stopped")
                self.emit(DoneData(message=stopped, usage=self._usage.counts, cancelled=True))
                self._enter(WorkflowStage.COMPLETED)
                metrics.turn_spoke(self._flow, "cancelled", self._heard_at)
            elif isinstance(error, ActivityError | ChildWorkflowError):
                self._fail(error)
            else:
                raise
        else:
            self._enter(WorkflowStage.COMPLETED)
            metrics.turn_spoke(self._flow, "answered", self._heard_at)
        finally:
            self._turn, self._waiting, self._question, self._reply = None, False, None, None
        self._summarize(message)

    def _listen_to(self, message_id: str) -> None:
        """The turn works on that word from here on."""
        self._heard_at, self.trace = self._heard.pop(message_id, (workflow.now(), None))

    def _fail(self, error: ActivityError | ChildWorkflowError) -> None:
        is_activity = isinstance(error, ActivityError)
        code = code_of(error) if isinstance(error, ActivityError) else None
        message = (
            told(error, self.language)
            if isinstance(error, ActivityError)
            else say(self.language, "it_did_not_start")
        )
        workflow.logger.warning("turn failed", extra={"turn_id": self._turn_id, "code": code})
        body = ErrorBody(
            code=code.value if code else "internal",
            message=message,
            retryable=is_activity and code is not None and not code.is_final,
        )
        self.emit(ErrorData(error=body))
        self._enter(WorkflowStage.FAILED)
        metrics.turn_spoke(self._flow, "failed", self._heard_at)

    async def _work(self, message: SendMessage) -> None:
        """Run one graph, and the other when the first finds that the turn is the other's."""
        # Not at the top: the gateway, which only names this workflow's calls, would hold LangGraph.
        with workflow.unsafe.imports_passed_through():
            from workflows.graphs.buyer import BUYER
            from workflows.graphs.seller import SELLER

        flow: Flow = self._state.flow
        if message.mode is not Mode.AUTO:
            flow = "buyer" if message.mode is Mode.BUYER else "seller"
        state: TurnState = {
            "text": message.message,
            "mode": message.mode,
            "media": message.media,
            "changed": message.requirement,
            "asked": [],
        }
        while True:
            self._flow = flow
            graph = BUYER if flow == "buyer" else SELLER
            config: Any = {"recursion_limit": MAX_STEPS}
            result = await graph.ainvoke(state, config=config, context=TurnContext(self))
            self._state.flow = flow
            switch_to = result.get("switch_to")
            if switch_to is None:
                return
            flow = switch_to
            state = cast(TurnState, result | {"switch_to": None, "asked": [], "question": None})

    def _summarize(self, message: SendMessage) -> None:
        state = self._state
        state.turns += 1
        state.title = state.title or message.message[:60]
        answer = next(
            (
                event.data.message
                for event in reversed(state.log.events)
                if isinstance(event.data, DoneData) and event.turn_id == self._turn_id
            ),
            "",
        )
        summary = TurnSummary(
            turn_id=self._turn_id, message=message.message[:200], answer=answer[:200]
        )
        state.summaries = [*state.summaries, summary][-50:]
        self._describe()

    def _describe(self) -> None:
        state = self._state
        workflow.set_current_details(
            conversation_page(
                state.user_id, self._stage, state.turns, state.requirement, state.listing
            )
        )

    # What a turn's nodes may do (workflows.turn.Turn).

    @property
    def session_id(self) -> str:
        return self._state.session_id

    @property
    def user_id(self) -> str:
        return self._state.user_id

    @property
    def turn_id(self) -> str:
        return self._turn_id

    @property
    def marketplaces(self) -> list[MarketplaceName]:
        return self._state.settings.marketplaces

    @property
    def posting_marketplaces(self) -> list[MarketplaceName]:
        return self._state.settings.posting_marketplaces

    @property
    def search_deadline_ms(self) -> int:
        return self._state.settings.search_deadline_ms

    @property
    def requirement(self) -> RequirementSpec | None:
        return self._state.requirement

    @property
    def listing(self) -> ListingSpec | None:
        return self._state.listing

    @property
    def shown(self) -> list[ShownProduct]:
        return self._state.shown

    @property
    def usage(self) -> Usage:
        return self._usage

    def spend(self, usage: Usage) -> None:
        self._usage += usage
        self._state.usage += usage

    @property
    def language(self) -> str:
        return self._state.language

    @property
    def posted(self) -> list[str]:
        return [*self._state.headlines]

    @property
    def flow(self) -> Mode:
        return Mode(self._state.flow) if self._state.turns else Mode.AUTO

    @property
    def assumed(self) -> list[Assumed]:
        return self._state.assumed

    @property
    def similar_to(self) -> Seed | None:
        state = self._state
        if not state.shown or state.requirement is None:
            return None
        search = state.requirement.keywords[:80]
        if state.selected in state.shown and state.selected is not None:
            return Seed(text=state.selected.title[:120], search=search, how=How.SELECTED)
        return Seed(text=search, search=search, how=How.SAID)

    async def recall(self) -> Recollection:
        nothing = Recollection(enabled=False, hidden=self._state.dismissed)
        if not workflow.patched(MEMORY):
            return nothing
        if self._telling is not None and not self._telling.done():
            # What the turn before taught is to be known in this one.
            left = self._told_at + policies.TOLD_WITHIN - workflow.now()
            if left > timedelta(0):
                await workflow.wait([self._telling], timeout=left.total_seconds())
        try:
            known = await workflow.execute_local_activity_method(
                RememberingActivities.recall,
                self._account,
                summary="recall preferences",
                **policies.REMEMBERING,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            workflow.logger.warning("the account could not be asked: %s", logged(error))
            return nothing
        hidden = list(dict.fromkeys([*known.hidden, *self._state.dismissed]))
        return known.model_copy(update={"hidden": hidden})

    def observe(self, observation: Observation) -> None:
        if not observation.says_something or not workflow.patched(MEMORY):
            return
        state = self._state
        state.observations += 1
        observation_id = f"{state.session_id}/{state.observations}"
        seen = observation.model_copy(update={"observation_id": observation_id})
        state.observed = [*state.observed, seen]

    def emit(self, data: EventData) -> None:
        self._say(self._turn_id, data)

    def searching(self, marketplaces: Sequence[MarketplaceName]) -> None:
        self._awaited = set(marketplaces)
        for name in marketplaces:
            self.stage(
                WorkflowStage.SEARCHING,
                say(self.language, "stage_searching_one", marketplace=name),
                marketplace=name,
                status="searching",
            )

    def searched(self, outcome: SearchOutcome) -> None:
        name = outcome.marketplace
        if name not in self._awaited:
            return
        self._awaited.remove(name)
        self.stage(
            WorkflowStage.SEARCHING,
            outcome.error
            or say(self.language, "stage_offers", marketplace=name, count=outcome.count),
            marketplace=name,
            status=outcome.status.value,
            count=outcome.count,
            elapsed_ms=outcome.elapsed_ms,
        )

    def stage(self, stage: WorkflowStage, message: str, **details: Any) -> None:
        self._enter(stage)
        self.emit(ProgressData(stage=stage, message=message, **details))

    def _enter(self, stage: WorkflowStage) -> None:
        """Only stages that outlast a turn are worth an event in the history."""
        lasting = stage in (
            WorkflowStage.CLARIFICATION,
            WorkflowStage.PREVIEWING,
            WorkflowStage.COMPLETED,
            WorkflowStage.FAILED,
        )
        if lasting and stage is not self._shown_stage:
            workflow.upsert_search_attributes([STAGE.value_set(stage.value)])
            self._shown_stage = stage
        self._stage = stage
        if lasting:
            self._describe()

    async def ask(self, question: Question) -> Reply:
        return await self.reply(WorkflowStage.CLARIFICATION, question)

    async def reply(self, stage: WorkflowStage, question: Question | None = None) -> Reply:
        if question is not None:
            number = self._state.log.last_event_id + 1
            self._question = question.model_copy(update={"question_id": f"q{number}"})
            self.emit(ClarificationData.model_validate(self._question.model_dump()))
        self._enter(stage)
        # A message that came before the question is the person's next word all the same.
        if self._inbox:
            self._reply = self._inbox.popleft()
        self._waiting = True
        metrics.turn_spoke(self._flow, "asked", self._heard_at)
        await workflow.wait_condition(lambda: self._reply is not None)
        reply, self._reply = self._reply, None
        self._waiting, self._question = False, None
        assert reply is not None
        self._listen_to(reply.message_id)
        return reply

    def remember(
        self,
        *,
        requirement: RequirementSpec | None = None,
        listing: ListingSpec | None = None,
        shown: list[ShownProduct] | None = None,
        language: str | None = None,
        assumed: list[Assumed] | None = None,
    ) -> None:
        state = self._state
        state.assumed = state.assumed if assumed is None else assumed
        state.requirement = requirement or state.requirement
        state.listing = listing or state.listing
        state.shown = state.shown if shown is None else shown
        state.language = language or state.language

    def forget_listing(self) -> None:
        self._state.listing = None

    # Commands.

    @workflow.update
    def send_message(self, message: SendMessage) -> Accepted:
        """Take a message: as the next turn, or as the word that the present turn waits for."""
        taken = self._state.taken.get(message.message_id)
        if taken is not None:
            return taken.model_copy(update={"duplicate": True})
        if self._waiting and self._reply is None:
            accepted = self._accept(message.message_id, self._turn_id)
            self._reply = message
        else:
            number = self._state.turns + len(self._inbox) + (2 if self._turn else 1)
            accepted = self._accept(message.message_id, f"t{number}")
            self._inbox.append(message)
        sent = [upload.media_id for upload in message.media]
        self._state.media_ids = list(dict.fromkeys([*self._state.media_ids, *sent]))
        data = UserMessageData(
            message=message.message, message_id=message.message_id, media=message.media
        )
        return accepted.model_copy(update={"event": self._say(accepted.turn_id, data)})

    @send_message.validator
    def _may_send(self, message: SendMessage) -> None:
        self._check_open(message.user_id)
        if message.message_id in self._state.taken:
            return
        if not message.message and not message.media:
            raise self._refusal("empty_message")
        if len(message.message) > MAX_MESSAGE_LENGTH:
            raise self._refusal(
                "message_too_long", most=MAX_MESSAGE_LENGTH, length=len(message.message)
            )
        if len(self._inbox) >= MAX_WAITING:
            raise self._refusal("too_many_waiting")

    @workflow.update
    def answer_question(self, answer: AnswerQuestion) -> Accepted:
        """The answer to the question that the turn waits on."""
        taken = self._state.taken.get(answer.message_id)
        if taken is not None:
            return taken.model_copy(update={"duplicate": True})
        accepted = self._accept(answer.message_id, self._turn_id)
        self._reply = answer
        data = UserMessageData(message=answer.answer, message_id=answer.message_id)
        return accepted.model_copy(update={"event": self._say(self._turn_id, data)})

    @answer_question.validator
    def _may_answer(self, answer: AnswerQuestion) -> None:
        self._check_open(answer.user_id)
        if answer.message_id in self._state.taken:
            return
        if not answer.answer or len(answer.answer) > MAX_MESSAGE_LENGTH:
            raise self._refusal("invalid_answer", most=MAX_MESSAGE_LENGTH)
        if self._question is None or self._question.question_id != answer.question_id:
            raise self._refusal("no_such_question")
        self._check_waiting()

    @workflow.update
    def perform_action(self, action: PerformAction) -> Accepted:
        """A button: confirm, edit or select, while the turn waits for it."""
        taken = self._state.taken.get(action.message_id)
        if taken is not None:
            return taken.model_copy(update={"duplicate": True})
        accepted = self._accept(action.message_id, self._turn_id)
        how = _PRODUCT_ACTIONS.get(action.action)
        if how is None:
            self._reply = action
        else:
            self._observe_product(action, how)
        return accepted

    def _observe_product(self, action: PerformAction, how: How) -> None:
        state, product = self._state, self._shown_by(action)
        assert product is not None
        requirement = state.requirement or RequirementSpec()
        if how is How.DISMISSED:
            key = offer_key(product.marketplace, product.product_id)
            state.dismissed = [*state.dismissed, key][-REMEMBERED_MESSAGES:]
        else:
            state.selected = product
        self.observe(
            Observation(
                about=sort_of(requirement.product_type),
                how=how,
                product=SeenProduct(
                    marketplace=product.marketplace,
                    product_id=product.product_id,
                    title=product.title,
                    price=product.price,
                    currency=product.currency,
                    brand=product.brand,
                    condition=product.condition,
                    found_by=requirement.keywords[:80],
                ),
            )
        )

    def _shown_by(self, action: PerformAction) -> ShownProduct | None:
        """The shown product that the action is about."""
        asked = action.payload
        return next(
            (
                product
                for product in self._state.shown
                if product.product_id == asked.get("product_id")
                and asked.get("marketplace") in (None, product.marketplace)
            ),
            None,
        )

    @perform_action.validator
    def _may_act(self, action: PerformAction) -> None:
        self._check_open(action.user_id)
        if action.message_id in self._state.taken:
            return
        if action.action not in _PRODUCT_ACTIONS:
            self._check_waiting()
        elif self._shown_by(action) is None:
            raise self._refusal("no_such_product")

    @workflow.update
    def rename(self, rename: Rename) -> None:
        """The person's own title stays, whatever is said next."""
        self._state.title = rename.title

    @rename.validator
    def _may_rename(self, rename: Rename) -> None:
        self._check_open(rename.user_id)

    @workflow.signal
    def cancel_turn(self) -> None:
        """Stop the turn being worked on, its searches and its model call included."""
        if self._turn is not None:
            self._cancelled = True
            self._turn.cancel()

    @workflow.signal
    def marketplaces_searched(self, news: SearchNews) -> None:
        """Some marketplaces answered a search while others are awaited."""
        if self._turn is not None and news.turn_id == self._turn_id:
            for outcome in news.outcomes:
                self.searched(outcome)

    @workflow.signal
    def job_changed(self, job: JobView) -> None:
        """News from a crosspost job of this conversation."""
        data = JobData(
            job_id=job.job_id,
            title=job.title,
            status=job.status,
            marketplace_jobs=job.marketplace_jobs,
        )
        self._say(f"job-{job.job_id}", data)
        news = headline(job, self._state.language)
        if news is not None and self._state.headlines.get(job.job_id) != news.title + news.body:
            self._state.headlines[job.job_id] = news.title + news.body
            self._say(f"job-{job.job_id}", news)

    @workflow.signal
    def bulk_changed(self, bulk: BulkView) -> None:
        """News from a bulk upload of this conversation."""
        self._say(f"bulk-{bulk.bulk_id}", BulkData(bulk=bulk))
        news = bulk_headline(bulk, self._state.language)
        if news is not None:
            self._say(f"bulk-{bulk.bulk_id}", news)

    @workflow.signal
    def watch_changed(self, news: WatchNews) -> None:
        """News of a price alert that began in this conversation."""
        self._say(f"watch-{news.watch.watch_id}", WatchData(watch=news.watch))
        if news.dropped:
            told = watch_headline(news.watch, self._state.language)
            self._say(f"watch-{news.watch.watch_id}", told)

    @workflow.update
    def end(self, user_id: str) -> bool:
        """No more messages; what is under way is stopped."""
        self._state.ended = True
        self.cancel_turn()
        return True

    @end.validator
    def _may_end(self, user_id: str) -> None:
        self._check_open(user_id)

    def _say(self, turn_id: str, data: EventData) -> ConversationEvent:
        event = self._state.log.append(turn_id, worded(data, self.language), workflow.now())
        # Whoever sent a message is given it when it is accepted; other pages may see it later.
        urgent = not isinstance(data, ProgressData | UserMessageData)
        hint(self._state.session_id, event.event_id, urgent=urgent)
        return event

    def _accept(self, message_id: str, turn_id: str) -> Accepted:
        accepted = Accepted(turn_id=turn_id, last_event_id=self._state.log.last_event_id)
        self._state.taken[message_id] = accepted
        self._heard[message_id] = (workflow.now(), caller())
        while len(self._state.taken) > REMEMBERED_MESSAGES:
            del self._state.taken[next(iter(self._state.taken))]
        return accepted

    def _check_open(self, user_id: str) -> None:
        if user_id != self._state.user_id:
            raise refused("not_owner", sentence("refused_not_owner"))
        if self._state.ended:
            raise self._refusal("ended")

    def _refusal(self, code: str, **values: Any) -> ApplicationError:
        """In the person's language; the code is for programs."""
        return ApplicationError(say(self.language, f"refused_{code}", **values), type=code)

    def _check_waiting(self) -> None:
        if not self._waiting or self._reply is not None:
            raise self._refusal("not_waiting")

    # Questions about the conversation.

    @workflow.query
    def events_since(self, event_id: int, limit: int = 100) -> EventPage:
        """The log after an event id."""
        return EventPage(
            events=self._state.log.since(event_id, limit),
            last_event_id=self._state.log.last_event_id,
            first_available=self._state.log.first_available,
            stage=self._stage,
            working=self._turn is not None and not self._waiting,
            user_id=self._state.user_id,
        )

    @workflow.query
    def likely_words(self) -> LikelyWords:
        """What a voice note is likely to have in it."""
        state = self._state
        words = likely_words(state.shown, state.requirement, state.listing)
        return LikelyWords(user_id=state.user_id, words=words)

    @workflow.query
    def conversation(self) -> ConversationView:
        """What was talked about, and the specs as they stand."""
        state = self._state
        return ConversationView(
            session_id=state.session_id,
            user_id=state.user_id,
            title=state.title,
            created_at=state.created_at,
            stage=self._stage,
            turns=state.summaries,
            requirement=state.requirement,
            listing=state.listing,
            usage=state.usage,
            last_event_id=state.log.last_event_id,
            media_ids=state.media_ids,
        )
