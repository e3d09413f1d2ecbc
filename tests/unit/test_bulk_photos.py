"""Photos of a bulk upload that are named by address: fetched over real HTTP, checked, kept."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image
from temporalio.testing import ActivityEnvironment

from activities.bulk import BulkActivities
from adapters.outbound import PublicHttp
from adapters.storage.bulk_store import BulkStore
from adapters.storage.media_store import MediaStore
from talknshop.bulk import BulkRequest, BulkRow, FetchedPhotos, ReadRows
from talknshop.bulk_file import read_file
from talknshop.listing import ListingSpec
from talknshop.messages import in_words
from tests.marketplace_in_memory import MarketplaceInMemory
from tests.receiver import Receiver, receiving

BULK_ID = "00000000-0000-4000-8000-000000000000"
REQUEST = BulkRequest(bulk_id=BULK_ID, user_id="u1", marketplaces=["one"])


class Uploader:
    def __init__(self, folder: Path, receiver: Receiver) -> None:
        self.receiver = receiver
        self.store, self.media = BulkStore(folder.as_uri()), MediaStore(folder.as_uri())
        self.http = PublicHttp([receiver.host])
        marketplaces = {"one": MarketplaceInMemory("one")}
        self.activities = BulkActivities(self.store, self.media, marketplaces, self.http)

    async def fetch(self, *urls: list[str]) -> list[FetchedPhotos]:
        rows = [
            BulkRow(line=line, listing=ListingSpec(title="Lamp"), photo_urls=of_row)
            for line, of_row in enumerate(urls, start=2)
        ]
        await self.store.put_rows("u1", BULK_ID, 0, rows)
        read = ReadRows(request=REQUEST, chunk=0)
        return await ActivityEnvironment().run(self.activities.fetch_photos, read)


@pytest.fixture
async def uploader(tmp_path: Path) -> AsyncIterator[Uploader]:
    with receiving() as receiver:
        uploader = Uploader(tmp_path, receiver)
        yield uploader
        await uploader.http.aclose()


def photo(color: str) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(data, "JPEG")
    return data.getvalue()


async def test_rows_that_name_somebody_else_s_photo_are_told_by_line(uploader: Uploader) -> None:
    mine = (await uploader.media.put_upload("u1", photo("red"))).media_id
    theirs = (await uploader.media.put_upload("u2", photo("red"))).media_id
    lines = [f"Lamp,5,good,{ref}" for ref in (mine, theirs, f"{mine} {'0' * 32}", "x")]
    data = "\n".join(["title,price,condition,photos", *lines]).encode()
    await uploader.store.put_upload("u1", BULK_ID, data)
    check = await ActivityEnvironment().run(uploader.activities.check_bulk, REQUEST)
    assert (check.good, check.bad) == (1, 3)
    assert [(e.line, e.field) for e in check.errors] == [
        (3, "media_refs"),
        (4, "media_refs"),
        (5, "media_refs"),
    ]
    assert [in_words(e.rule, "en") for e in check.errors] == [
        f"There is no photo '{ref}' of yours: please upload it first."
        for ref in (theirs, "0" * 32, "x")
    ]


async def test_photos_are_kept_as_uploads_in_their_order(uploader: Uploader) -> None:
    uploader.receiver.files = {"/1.jpg": photo("red"), "/2.jpg": photo("blue")}
    url = uploader.receiver.url
    both, turned = await uploader.fetch(
        [f"{url}/1.jpg", f"{url}/2.jpg"], [f"{url}/2.jpg", f"{url}/1.jpg"]
    )
    assert both.problem == turned.problem == ""
    assert len(set(both.media_ids)) == 2
    assert both.media_ids == turned.media_ids[::-1]
    assert all([await uploader.media.holds("u1", each) for each in both.media_ids])


async def test_a_photo_that_can_not_be_had_is_its_row_s_problem_only(uploader: Uploader) -> None:
    uploader.receiver.files = {"/1.jpg": photo("red"), "/page": b"<html>no photo</html>"}
    url = uploader.receiver.url
    missing, page, inside, good = await uploader.fetch(
        [f"{url}/none.jpg"],
        [f"{url}/page"],
        [f"{url}/1.jpg", "https://127.0.0.1/secret.jpg"],
        [f"{url}/1.jpg"],
    )
    assert "404" in in_words(missing.problem, "es")
    assert page.problem
    assert "public internet" in in_words(inside.problem, "en")
    assert (good.problem, len(good.media_ids)) == ("", 1)


def test_addresses_among_the_photos_of_a_file_are_told_apart() -> None:
    upload = "0" * 32
    csv = f"title,price,condition,photos\nLamp,5,good,{upload} https://a.example/1.jpg\n"
    json = (
        '{"title": "Lamp", "price": 5, "condition": "good",'
        f' "media_refs": ["{upload}", "HTTPS://a.example/1.jpg"]}}'
    )
    for text in (csv, json):
        file = read_file(text.encode())
        assert file.errors == []
        (row,) = file.rows
        assert row.listing.media_refs == [upload]
        assert [url.lower() for url in row.photo_urls] == ["https://a.example/1.jpg"]
