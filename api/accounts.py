"""A person's account as the gateway uses it: preferences, and linking marketplace accounts."""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowQueryFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode

from adapters.errors import AdapterError
from adapters.marketplaces.linking import AccountLinking, challenge_of, new_verifier
from adapters.secrets.links import PendingLink, PendingLinks
from api.errors import Forbidden, Invalid, NotFound, Unavailable
from api.jobs import PATIENCE, patiently
from talknshop.accounts import (
    AccountRef,
    AccountView,
    ChosenPlace,
    Connection,
    LinkAccount,
    Preferences,
)
from talknshop.messages import sentence
from talknshop.model import MarketplaceName, UserId
from workflows.account import AccountState, AccountWorkflow
from workflows.ids import ACCOUNTS, account_workflow_id

T = TypeVar("T")

# A person reads the marketplace's page, and perhaps looks for a password.
LINK_WITHIN = timedelta(minutes=15)


class Accounts:
    """Every method raises ApiError. `assisted`: where people post by hand what is
    prepared for them. `url`: where people's browsers reach the gateway.
    """

    def __init__(
        self,
        client: Client,
        linking: Mapping[MarketplaceName, AccountLinking],
        links: PendingLinks,
        url: str,
        assisted: Collection[MarketplaceName] = (),
    ) -> None:
        self._client = client
        self._linking = linking
        self.assisted = sorted(assisted)
        self._links = links
        self._url = url

    @property
    def linkable(self) -> list[MarketplaceName]:
        return sorted(self._linking)

    async def view(self, user_id: UserId) -> AccountView:
        """An empty account for whoever has asked for nothing yet."""
        return await self.query(user_id, AccountWorkflow.account, AccountView(user_id=user_id))

    async def query(self, user_id: UserId, query: Any, otherwise: T) -> T:
        """What the account's workflow says; `otherwise` for whoever has none yet."""
        handle: WorkflowHandle[AccountWorkflow, None] = self._client.get_workflow_handle_for(
            AccountWorkflow.run, account_workflow_id(user_id)
        )
        try:
            found: T = await handle.query(query, rpc_timeout=timedelta(seconds=10))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return otherwise
            raise _unavailable() from error
        except WorkflowQueryFailedError as error:
            raise _unavailable() from error
        return found

    async def set_preferences(self, user_id: UserId, preferences: Preferences) -> Preferences:
        kept: Preferences = await self.update(user_id, AccountWorkflow.set_preferences, preferences)
        return kept

    async def begin_link(
        self, user_id: UserId, marketplace: MarketplaceName, browser: str
    ) -> tuple[str, datetime]:
        """The marketplace's consent page, and until when its answer is taken.

        `browser`: a secret that only the asking browser holds. Without it somebody could send
        another person through their own link, and get that person's marketplace account.
        """
        linking = self._of(marketplace)
        state = secrets.token_urlsafe(32)
        verifier = new_verifier() if linking.takes_pkce else None
        link = PendingLink(
            user_id=user_id,
            marketplace=marketplace,
            redirect_uri=f"{self._url}/api/v1/me/connections/{marketplace}/callback",
            browser=_digest(browser),
            verifier=verifier,
            expires_at=datetime.now(UTC) + LINK_WITHIN,
        )
        try:
            await self._links.put(_digest(state), link)
        except AdapterError as error:
            raise _unavailable() from error
        challenge = challenge_of(verifier) if verifier else None
        return linking.consent_url(state, link.redirect_uri, challenge), link.expires_at

    async def finish_link(
        self,
        marketplace: MarketplaceName,
        state: str,
        code: str,
        *,
        user_id: UserId | None = None,
        browser: str = "",
    ) -> Connection:
        """By the browser that began, or by the person who did. Each state is good once."""
        self._of(marketplace)
        link_id = _digest(state)
        try:
            link = await self._links.get(link_id)
            if link is None or link.marketplace != marketplace:
                raise Invalid("link_expired", sentence("api_link_expired"))
            is_theirs = link.user_id == user_id if user_id else link.browser == _digest(browser)
            if not is_theirs:
                raise Forbidden("not_your_link", sentence("api_not_your_link"))
            if link.code or link.expires_at < datetime.now(UTC):
                await self._links.delete(link_id)
                raise Invalid("link_expired", sentence("api_link_expired"))
            await self._links.put(link_id, link.model_copy(update={"code": code}))
        except AdapterError as error:
            raise _unavailable() from error
        command = LinkAccount(user_id=link.user_id, marketplace=marketplace, link_id=link_id)
        connection: Connection = await self.update(link.user_id, AccountWorkflow.link, command)
        return connection

    async def use_place(
        self, user_id: UserId, marketplace: MarketplaceName, place_id: str
    ) -> Connection:
        self._of(marketplace)
        chosen = ChosenPlace(user_id=user_id, marketplace=marketplace, place_id=place_id)
        moved: Connection = await self.update(user_id, AccountWorkflow.use_place, chosen)
        return moved

    async def unlink(self, user_id: UserId, marketplace: MarketplaceName) -> None:
        self._of(marketplace)
        await self.update(
            user_id, AccountWorkflow.unlink, AccountRef(user_id=user_id, marketplace=marketplace)
        )

    def _of(self, marketplace: MarketplaceName) -> AccountLinking:
        linking = self._linking.get(marketplace)
        if linking is None:
            there = [*self.linkable] or ["–"]
            raise NotFound(
                "not_linkable",
                sentence("api_not_linkable", marketplace=marketplace, there=[*there]),
            )
        return linking

    async def update(self, user_id: UserId, update: Any, argument: Any) -> Any:
        """Of the account's workflow, which is started when there is none."""
        start = WithStartWorkflowOperation(
            AccountWorkflow.run,
            AccountState(user_id=user_id),
            id=account_workflow_id(user_id),
            task_queue=ACCOUNTS,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"account of {user_id}",
        )
        return await patiently(
            self._client.execute_update_with_start_workflow(
                update, argument, start_workflow_operation=start, rpc_timeout=PATIENCE
            )
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _unavailable() -> Unavailable:
    return Unavailable("unavailable", sentence("api_catching_up"))
