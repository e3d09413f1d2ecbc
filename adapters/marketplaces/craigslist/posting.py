"""Posting on craigslist with the bulk interface, and taking down with the bulk JSON service.

There is no key to look an ad up by: after a lost reply nobody but a person can tell whether it was
posted, so a retry could buy a second ad.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import httpx

from adapters.errors import (
    AdapterError,
    NotFound,
    Rejected,
    Unavailable,
    Unintelligible,
)
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.craigslist import document
from adapters.marketplaces.craigslist.areas import Area, area_of
from adapters.marketplaces.craigslist.config import CraigslistConfig
from adapters.marketplaces.craigslist.document import Account, Ad, Posted
from adapters.marketplaces.exchange import Refusal, Vendor, explained
from adapters.marketplaces.kinds import kind_of
from adapters.marketplaces.links import path_on
from adapters.marketplaces.port import Live, PhotoSource, PostingMarketplace
from adapters.marketplaces.rules import Broken, Limits, problems
from adapters.marketplaces.tokens import OAuthError, TokenAuth, TokenReply
from adapters.marketplaces.wire import Wire
from talknshop.jobs import ListingRequest, ListingStatus
from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import SHOUTING
from talknshop.messages import Said, sentence, together
from talknshop.posting import Standing

# Contact data is the poster's own business there; only what shouts is flagged.
LIMITS = Limits(
    "Craigslist",
    title=70,
    description=8000,
    photos=24,
    whole_dollars=True,
    forbidden=(SHOUTING,),
)
_POSTING_PATH = re.compile(r"/.*?(\d{10,})\.html")
_IN_THE_BODY = {"description", "condition_notes", "attributes"}
_STATUS = {
    "active": ListingStatus.LIVE,
    "pending": ListingStatus.LIVE,
    "deleted": ListingStatus.WITHDRAWN,
    "removed": ListingStatus.WITHDRAWN,
    "expired": ListingStatus.EXPIRED,
}


def posting(http: httpx.AsyncClient, sandbox: SandboxAccess | None) -> "CraigslistPosting | None":
    config = CraigslistConfig.load("craigslist", sandbox)
    return CraigslistPosting(http, config) if config else None


class CraigslistPosting(PostingMarketplace):
    name = "craigslist"
    text = LIMITS.text
    # The title is what the ad was paid for: it stays.
    updates = frozenset({"price", *_IN_THE_BODY})
    reports_status = True
    lifetime = timedelta(days=30)

    def __init__(self, http: httpx.AsyncClient, config: CraigslistConfig) -> None:
        self._config = config
        self.calls_per_second = config.calls_per_second
        self._craigslist = Vendor("Craigslist", http, config.timeout, _explain)
        account = self._account
        self._auth = TokenAuth(
            self._fetch_token,
            account=f"craigslist|{config.bapi_url}|{account.email}|{account.account_id}",
            secret=account.password,
        )

    @property
    def tokens(self) -> TokenAuth:
        return self._auth

    def category(self, listing: ListingSpec) -> str:
        kind = kind_of(listing)
        return f"{kind.name} ({kind.craigslist}{self._owner})"

    def attributes(self, listing: ListingSpec) -> dict[str, str]:
        return document.facts_of(listing)

    def problems(self, listing: ListingSpec) -> list[ListingProblem]:
        extra: list[Broken] = []
        if not self._postal_code(listing):
            extra.append(("location", sentence("rule_postal_code", vendor="Craigslist")))
        elif self._area(listing) is None:
            extra.append(("location", sentence("rule_no_area", vendor="Craigslist")))
        return problems(self.name, listing, LIMITS, extra)

    async def publish(self, request: ListingRequest, photos: PhotoSource) -> Live:
        body = document.write(self._account, await self._ad(request, photos))
        self._require("VALID", await self._validate(request.key, body))
        reply = await self._craigslist.write(
            "POST", f"{self._config.post_url}/bulk-rss/post", content=body, headers=_XML
        )
        posted = document.read(reply.body, request.key)
        if posted is None:
            raise Unintelligible(sentence("fault_format", vendor="Craigslist"))
        self._require("POSTED", posted)
        if not posted.posting_id:
            raise Unintelligible(sentence("fault_no_number", vendor="Craigslist"))
        return Live(posted.posting_id, posted.view_url, posted.warnings)

    async def update(
        self,
        request: ListingRequest,
        listing_id: str,
        changed: Collection[str],
        photos: PhotoSource,
    ) -> None:
        """Price and body one after the other; each may be repeated."""
        self.check_updatable(changed)
        listing, url = request.listing, self._posting_url(listing_id)
        if await self._status(url) not in ("active", "pending"):
            raise NotFound(sentence("fault_gone", vendor="Craigslist", id=listing_id))
        if "price" in changed:
            await self._change(f"{url}/price", {"price": f"{listing.price or 0:.0f}"})
        if not _IN_THE_BODY.isdisjoint(changed):
            await self._change(f"{url}/body", {"body": document.description(listing)})

    async def _change(self, url: str, form: dict[str, str]) -> None:
        reply = await self._craigslist.write("PUT", url, data=form, auth=self._auth)
        if refusal := _refused(reply.as_model(_Envelope)):
            raise Rejected(explained("fault_not_changed", "Craigslist", refusal))

    async def status(self, request: ListingRequest, listing_id: str) -> Standing:
        said = await self._status(self._posting_url(listing_id))
        if said not in _STATUS:
            raise Unintelligible(sentence("fault_format", vendor="Craigslist"))
        note: Said = sentence("note_removed", vendor="Craigslist") if said == "removed" else ""
        return Standing(status=_STATUS[said], note=note)

    async def withdraw(self, request: ListingRequest, listing_id: str) -> None:
        url = self._posting_url(listing_id)
        reply = await self._craigslist.write("DELETE", url, auth=self._auth, expect=(404,))
        refusal = _refused(reply.as_model(_Envelope))
        if reply.status == 404 or refusal is None:
            return
        if await self._status(url) in ("active", "pending"):
            raise Rejected(explained("fault_not_down", "Craigslist", refusal))

    def listing_id_from(self, url: str) -> str | None:
        path = path_on(url, "craigslist.org", self._config.site_url)
        found = _POSTING_PATH.fullmatch(path or "")
        return found[1] if found else None

    def _posting_url(self, listing_id: str) -> str:
        if not listing_id.isdigit():
            raise NotFound(sentence("fault_no_item_number", vendor="Craigslist", id=listing_id))
        return f"{self._config.bapi_url}/bulkpost/v1/postings/{listing_id}"

    async def _ad(self, request: ListingRequest, photos: PhotoSource) -> Ad:
        listing = request.listing
        area = self._area(listing)
        if area is None:
            broken = self.problems(listing)
            raise Rejected(together(*(problem.rule for problem in broken)), broken)
        return Ad(
            key=request.key,
            listing=listing,
            category=f"{kind_of(listing).craigslist}{self._owner}",
            area=area,
            postal_code=self._postal_code(listing),
            photos=[await photos.read(media_id) for media_id in listing.media_refs],
        )

    async def _validate(self, key: str, body: bytes) -> Posted:
        """A dry run: whatever goes wrong here, nothing was posted."""
        reply = await self._craigslist.read(
            "POST",
            f"{self._config.post_url}/bulk-rss/validate",
            content=body,
            # So that the ad itself goes over a new connection: an idle one that craigslist closes
            # just then would leave in doubt whether the ad was posted.
            headers={**_XML, "Connection": "close"},
        )
        posted = document.read(reply.body, key)
        if posted is None:
            raise Unavailable(sentence("fault_check_unreadable", vendor="Craigslist"))
        return posted

    def _require(self, status: str, posted: Posted) -> None:
        if posted.status != status:
            raise Rejected(
                explained(
                    "fault_refused_as", "Craigslist", posted.explanation, status=posted.status
                )
            )

    async def _status(self, url: str) -> str:
        """The posting's status; "deleted" for one that craigslist does not know any more."""
        reply = await self._craigslist.read("GET", f"{url}/status", auth=self._auth, expect=(404,))
        envelope = reply.as_model(_Envelope)
        # Every error of this service has the code 0: its text is all there is to go by.
        if reply.status == 404 or "not found" in (_refused(envelope) or ""):
            return "deleted"
        data = envelope.data if envelope else None
        status = data.get("status") if isinstance(data, dict) else data
        return str(status)

    async def _fetch_token(self) -> TokenReply:
        account = self._account
        reply = await self._craigslist.read(
            "POST",
            f"{self._config.bapi_url}/bulkpost/oauth/access-token",
            data={"grant_type": "client_credentials", "scope": "bulkpost.posting"},
            auth=httpx.BasicAuth(f"{account.email};{account.account_id}", account.password),
        )
        return self._craigslist.parse(reply, TokenReply)

    @property
    def _account(self) -> Account:
        config = self._config
        return Account(
            email=config.email or "",
            password=config.password.get_secret_value() if config.password else "",
            account_id=config.account_id or "",
            reply_email=config.reply_email or config.email or "",
        )

    @property
    def _owner(self) -> str:
        """The last letter of a category's code."""
        return "d" if self._config.by_dealer else "a"

    def _postal_code(self, listing: ListingSpec) -> str:
        return listing.location.postal_code or self._config.postal_code or ""

    def _area(self, listing: ListingSpec) -> Area | None:
        config = self._config
        fallback = Area(config.area, config.subarea) if config.area else None
        return area_of(self._postal_code(listing), fallback)


_XML = {"Content-Type": "text/xml; charset=utf-8"}


def _explain(refusal: Refusal) -> AdapterError:
    """The bulk interface answers in plain text, the JSON service in its envelope."""
    oauth = refusal.reply.as_model(OAuthError)
    if oauth and refusal.reply.status < 500:
        return refusal.unauthorized(oauth.error_description or oauth.error)
    is_json = "json" in refusal.reply.headers.get("content-type", "")
    text = refusal.reply.body[:500].decode("utf-8", "replace")
    return refusal.by_status(
        _refused(refusal.reply.as_model(_Envelope)) or ("" if is_json else text)
    )


class _ErrorDetail(Wire):
    code: int = 0
    message: str = ""


class _Envelope(Wire):
    data: Any = None
    errors: list[_ErrorDetail] = []


def _refused(envelope: _Envelope | None) -> str | None:
    """HTTP 200 with a filled errors list is a failure."""
    if envelope is None or not envelope.errors:
        return None
    return " ".join(error.message for error in envelope.errors) or "–"
