"""Reading, checking and reporting bulk uploads; the rows pass through the object store."""

import asyncio
from collections.abc import Mapping, Sequence

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from activities.publishing import fitted_to
from adapters.errors import Rejected, Unavailable
from adapters.marketplaces.port import PostingMarketplace
from adapters.outbound import PublicHttp
from adapters.storage.bulk_store import BulkStore
from adapters.storage.media_store import MAX_BYTES, MediaStore
from talknshop.bulk import (
    ERRORS_SHOWN,
    BulkCheck,
    BulkRequest,
    BulkRow,
    FetchedPhotos,
    ReadRows,
    RowError,
    WriteResult,
    WriteRows,
)
from talknshop.bulk_file import BulkFile, UnreadableFile, read_file
from talknshop.bulk_result import result_csv
from talknshop.listing_text import with_fitted_text
from talknshop.messages import Sentence, sentence
from talknshop.photos import unknown_photo

# A chunk is one payload in the history, of which the server takes 2 MB.
CHUNK_ROWS = 50
CHUNK_BYTES = 200_000
LOOKUPS_AT_ONCE = 20
FETCHED_AGAIN_AFTER_S = (1, 5)
# Stands for a photo that is yet to be fetched, where photos are counted.
_TO_COME = "0" * 32


class BulkActivities:
    def __init__(
        self,
        store: BulkStore,
        media: MediaStore,
        marketplaces: Mapping[str, PostingMarketplace],
        http: PublicHttp,
    ) -> None:
        self._http = http
        self._store = store
        self._media = media
        self._marketplaces = marketplaces

    @activity.defn
    async def check_bulk(self, request: BulkRequest) -> BulkCheck:
        """Every row against its fields' and its marketplaces' rules; nothing is posted."""
        with typed_failures():
            async with heartbeating():
                data = await self._store.read_upload(request.user_id, request.bulk_id)
                try:
                    file = await asyncio.to_thread(read_file, data)
                except UnreadableFile as error:
                    return BulkCheck(unreadable=error.said)
                total = file.total
                unknown_media = await self._unknown_media(request.user_id, file.rows)
                good, errors = await asyncio.to_thread(self._check, request, file, unknown_media)
                await self._store.put_errors(request.user_id, request.bulk_id, errors)
                chunks = _chunks(good)
                for number, rows in enumerate(chunks):
                    await self._store.put_rows(request.user_id, request.bulk_id, number, rows)
        return BulkCheck(
            total=total,
            good=len(good),
            bad=total - len(good),
            chunks=len(chunks),
            errors=errors[:ERRORS_SHOWN],
            ignored_columns=file.ignored_columns[:ERRORS_SHOWN],
        )

    async def _unknown_media(self, user_id: str, rows: Sequence[BulkRow]) -> set[str]:
        """Photos that rows name but that this person never uploaded."""
        named = sorted({media_id for row in rows for media_id in row.listing.media_refs})
        at_once = asyncio.Semaphore(LOOKUPS_AT_ONCE)

        async def is_known(media_id: str) -> bool:
            async with at_once:
                return await self._media.holds_photo(user_id, media_id)

        known = await asyncio.gather(*map(is_known, named))
        return {media_id for media_id, found in zip(named, known, strict=True) if not found}

    def _check(
        self, request: BulkRequest, file: BulkFile, unknown_media: set[str]
    ) -> tuple[list[BulkRow], list[RowError]]:
        good, errors = [], list(file.errors)
        for row in file.rows:
            targets = row.listing.target_marketplaces or request.marketplaces
            listing = row.listing.model_copy(
                update={"target_marketplaces": list(dict.fromkeys(targets))}
            )
            row = row.model_copy(update={"listing": listing})
            if broken := self._broken(row, unknown_media):
                errors += broken
            else:
                good.append(row)
        return good, sorted(errors, key=lambda error: error.line)

    def _broken(self, row: BulkRow, unknown_media: set[str]) -> list[RowError]:
        # Marketplaces count photos; these will be there by then.
        listing = row.with_photos([_TO_COME] * len(row.photo_urls)).listing
        errors = [
            RowError(line=row.line, field="media_refs", rule=unknown_photo(media_id))
            for media_id in listing.media_refs
            if media_id in unknown_media
        ]
        for url in row.photo_urls:
            try:
                self._http.check_form(url)
            except Rejected as error:
                errors.append(RowError(line=row.line, field="media_refs", rule=error.said))
        for name in listing.target_marketplaces:
            marketplace = self._marketplaces.get(name)
            if marketplace is None:
                known: list[str | Sentence] = [*sorted(self._marketplaces)]
                rule = sentence("fault_not_connected", name=name, known=known)
                errors.append(RowError(line=row.line, field="target_marketplaces", rule=rule))
                continue
            fitted = with_fitted_text(listing, fitted_to(marketplace, listing))
            errors += [
                RowError(line=row.line, field=problem.field, rule=problem.rule, marketplace=name)
                for problem in marketplace.problems(fitted)
            ]
        return errors

    @activity.defn
    async def read_rows(self, request: ReadRows) -> list[BulkRow]:
        """One chunk of the good rows."""
        with typed_failures():
            bulk = request.request
            return await self._store.read_rows(bulk.user_id, bulk.bulk_id, request.chunk)

    @activity.defn
    async def fetch_photos(self, request: ReadRows) -> list[FetchedPhotos]:
        """The photos that a chunk's rows name by address, as uploads of the person.

        Run twice, it keeps the same uploads. A photo that can't be had is its row's problem only.
        """
        bulk = request.request
        with typed_failures():
            async with heartbeating():
                rows = await self._store.read_rows(bulk.user_id, bulk.bulk_id, request.chunk)
                at_once = asyncio.Semaphore(LOOKUPS_AT_ONCE)
                fetching = [self._photos_of(bulk.user_id, row, at_once) for row in rows]
                return await asyncio.gather(*fetching)

    async def _photos_of(
        self, user_id: str, row: BulkRow, at_once: asyncio.Semaphore
    ) -> FetchedPhotos:
        media_ids = []
        for url in row.photo_urls:
            async with at_once:
                try:
                    media_ids.append(await self._fetch(user_id, url))
                except (Rejected, Unavailable) as error:
                    return FetchedPhotos(
                        line=row.line, problem=sentence("csv_photo", why=error.said)
                    )
        return FetchedPhotos(line=row.line, media_ids=media_ids)

    async def _fetch(self, user_id: str, url: str) -> str:
        for wait in FETCHED_AGAIN_AFTER_S:
            try:
                data = await self._http.get(url, MAX_BYTES)
            except Unavailable:
                await asyncio.sleep(wait)
            else:
                break
        else:
            data = await self._http.get(url, MAX_BYTES)
        stored = await self._media.put_upload(user_id, data)
        if stored.media_type != "image":
            raise Rejected(sentence("address_no_photo", url=url))
        return stored.media_id

    @activity.defn
    async def write_rows(self, request: WriteRows) -> None:
        """Put outcomes aside. Run twice, it writes the same part."""
        with typed_failures():
            bulk = request.request
            await self._store.put_outcomes(
                bulk.user_id, bulk.bulk_id, request.part, request.outcomes
            )

    @activity.defn
    async def write_result(self, request: WriteResult) -> None:
        """The result file, of every error and of all outcomes put aside until now."""
        user_id, bulk_id = request.request.user_id, request.request.bulk_id
        with typed_failures():
            async with heartbeating():
                errors = await self._store.read_errors(user_id, bulk_id)
                outcomes = [
                    outcome
                    for part in range(request.parts)
                    for outcome in await self._store.read_outcomes(user_id, bulk_id, part)
                ]
                data = await asyncio.to_thread(
                    result_csv, errors, outcomes, request.request.language
                )
                await self._store.put_result(user_id, bulk_id, data)


def _chunks(rows: Sequence[BulkRow]) -> list[list[BulkRow]]:
    chunks: list[list[BulkRow]] = []
    size = 0
    for row in rows:
        length = len(row.model_dump_json())
        if not chunks or len(chunks[-1]) >= CHUNK_ROWS or size + length > CHUNK_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(row)
        size += length
    return chunks
