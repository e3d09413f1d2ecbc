"""The files of bulk uploads in the object store: what came in, good rows, what became of them."""

import re
from collections.abc import Sequence
from typing import TypeVar

import obstore
from obstore.exceptions import BaseError
from pydantic import BaseModel

from adapters.errors import NotFound
from adapters.storage.media_store import folder_of, open_store, store_failure
from talknshop.bulk import BulkRow, RowError, RowOutcome

_BULK_ID = re.compile(r"[0-9a-f-]{36}")

M = TypeVar("M", bound=BaseModel)


class BulkStore:
    """All methods raise NotFound, Unavailable or Unauthorized. Writing again replaces."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)

    async def put_upload(self, user_id: str, bulk_id: str, data: bytes) -> None:
        await self._put(user_id, bulk_id, "upload", data)

    async def read_upload(self, user_id: str, bulk_id: str) -> bytes:
        return await self._get(user_id, bulk_id, "upload")

    async def put_rows(
        self, user_id: str, bulk_id: str, chunk: int, rows: Sequence[BulkRow]
    ) -> None:
        await self._put(user_id, bulk_id, f"rows-{chunk}", _lines(rows))

    async def read_rows(self, user_id: str, bulk_id: str, chunk: int) -> list[BulkRow]:
        return _parsed(await self._get(user_id, bulk_id, f"rows-{chunk}"), BulkRow)

    async def put_errors(self, user_id: str, bulk_id: str, errors: Sequence[RowError]) -> None:
        await self._put(user_id, bulk_id, "errors", _lines(errors))

    async def read_errors(self, user_id: str, bulk_id: str) -> list[RowError]:
        return _parsed(await self._get(user_id, bulk_id, "errors"), RowError)

    async def put_outcomes(
        self, user_id: str, bulk_id: str, part: int, outcomes: Sequence[RowOutcome]
    ) -> None:
        await self._put(user_id, bulk_id, f"outcomes-{part}", _lines(outcomes))

    async def read_outcomes(self, user_id: str, bulk_id: str, part: int) -> list[RowOutcome]:
        return _parsed(await self._get(user_id, bulk_id, f"outcomes-{part}"), RowOutcome)

    async def put_result(self, user_id: str, bulk_id: str, data: bytes) -> None:
        await self._put(user_id, bulk_id, "result.csv", data)

    async def read_result(self, user_id: str, bulk_id: str) -> bytes:
        return await self._get(user_id, bulk_id, "result.csv")

    async def _put(self, user_id: str, bulk_id: str, name: str, data: bytes) -> None:
        try:
            await obstore.put_async(self._store, _path(user_id, bulk_id, name), data)
        except (BaseError, OSError) as error:
            raise store_failure(error) from error

    async def _get(self, user_id: str, bulk_id: str, name: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, _path(user_id, bulk_id, name))
            return bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise NotFound(f"There is no {name} of the bulk upload {bulk_id!r}.") from error
        except (BaseError, OSError) as error:
            raise store_failure(error) from error


def _path(user_id: str, bulk_id: str, name: str) -> str:
    if not _BULK_ID.fullmatch(bulk_id):
        raise NotFound(f"There is no bulk upload {bulk_id!r}.")
    return f"{folder_of(user_id)}/bulk/{bulk_id}/{name}"


def _lines(values: Sequence[BaseModel]) -> bytes:
    return "\n".join(value.model_dump_json() for value in values).encode()


def _parsed(data: bytes, model: type[M]) -> list[M]:
    # JSON escapes line ends, so that each line is one value.
    return [model.model_validate_json(line) for line in data.split(b"\n") if line]
