"""The search cache on a real Valkey, with several processes' worth of caches on it."""

import asyncio
from datetime import timedelta

import pytest

from adapters.errors import Unavailable
from adapters.live import search_cache
from adapters.live.connection import connect
from adapters.live.search_cache import FlightsOnly, RedisSearchCache
from talknshop.products import SearchOutcome, SearchRequest, SourceStatus
from talknshop.requirement import RequirementSpec
from tests.running import eventually
from tests.wire.live.conftest import Valkey

REQUEST = SearchRequest(
    marketplace="ebay", requirement=RequirementSpec(product_type="Gaming laptop")
)
MINUTE = timedelta(minutes=1)


class Marketplace:
    """Answers when `gate` is open, each time with one more offer found."""

    def __init__(self) -> None:
        self.calls = 0
        self.left = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.error: Exception | None = None

    async def search(self) -> SearchOutcome:
        self.calls += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.left += 1
            raise
        if self.error:
            raise self.error
        return SearchOutcome(marketplace="ebay", status=SourceStatus.DONE, total_found=self.calls)


def cache_on(valkey: Valkey, fresh_for: timedelta = MINUTE) -> RedisSearchCache:
    return RedisSearchCache(connect(valkey.url), fresh_for, MINUTE)


async def test_what_was_found_is_found_again_without_a_call(valkey: Valkey) -> None:
    ebay = Marketplace()
    first = await cache_on(valkey).find(REQUEST, ebay.search)
    second = await cache_on(valkey).find(REQUEST, ebay.search)
    assert (first.status, second.status) == (SourceStatus.DONE, SourceStatus.CACHED)
    assert first.kept
    assert ebay.calls == 1
    kept = await cache_on(valkey).kept(REQUEST)
    assert kept is not None
    assert kept.total_found == 1


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"product_type": "laptop  gaming"}, True),
        ({"language": "es", "marketplaces": ["ebay"]}, True),
        ({"product_type": "laptop"}, False),
        ({"excluded_brands": ["HP"]}, False),
        ({"attributes": {"Color": "red"}}, False),
        ({"sort": "price_asc"}, False),
    ],
)
async def test_equal_wishes_are_one_search(
    valkey: Valkey, changes: dict[str, object], is_same: bool
) -> None:
    ebay = Marketplace()
    await cache_on(valkey).find(REQUEST, ebay.search)
    wish = RequirementSpec.model_validate({**REQUEST.requirement.model_dump(), **changes})
    other = REQUEST.model_copy(update={"requirement": wish})
    await cache_on(valkey).find(other, ebay.search)
    assert (ebay.calls == 1) is is_same


async def test_fifty_equal_searches_in_two_processes_make_one_call(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_cache, "LEASE", MINUTE)  # a slow machine does not lose it
    ebay = Marketplace()
    ebay.gate.clear()
    caches = [cache_on(valkey), cache_on(valkey)]
    searches = [
        asyncio.create_task(caches[number % 2].find(REQUEST, ebay.search)) for number in range(50)
    ]
    await eventually(lambda: ebay.calls == 1, "one call is made")
    ebay.gate.set()
    outcomes = await asyncio.gather(*searches)
    assert ebay.calls == 1
    assert {outcome.total_found for outcome in outcomes} == {1}


async def test_a_search_belongs_to_a_process_while_it_says_so_and_not_for_long(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_cache, "LEASE", MINUTE)  # a slow machine does not lose it
    monkeypatch.setattr(search_cache, "RENEWED_EACH_S", 0.05)
    ebay, store = Marketplace(), connect(valkey.url)
    ebay.gate.clear()
    patient = REQUEST.model_copy(update={"deadline_ms": 600_000})
    search = asyncio.create_task(cache_on(valkey).find(patient, ebay.search))
    await eventually(lambda: ebay.calls == 1, "the call is made")
    (lease,) = await store.keys("lease:*")
    left = [await store.pttl(lease)]
    assert left[0] <= MINUTE.total_seconds() * 1000, "not for as long as it may take"

    async def is_renewed() -> bool:
        left.append(await store.pttl(lease))
        return left[-1] > left[-2]

    await eventually(is_renewed, "it goes on belonging to the process")
    ebay.gate.set()
    await search
    assert not await store.keys("lease:*")


async def test_what_was_kept_since_one_looked_is_not_searched_again(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    ebay, late = Marketplace(), cache_on(valkey)
    looked, go_on, read = asyncio.Event(), asyncio.Event(), late._read

    async def look_early(request: SearchRequest) -> object:
        entry = await read(request)
        looked.set()
        await go_on.wait()
        return entry

    monkeypatch.setattr(late, "_read", look_early)
    second = asyncio.create_task(late.find(REQUEST, ebay.search))
    await looked.wait()
    await cache_on(valkey).find(REQUEST, ebay.search)
    go_on.set()
    assert (await second).total_found == 1
    assert ebay.calls == 1


async def test_one_who_gives_up_does_not_stop_the_search_for_the_others(valkey: Valkey) -> None:
    ebay, cache = Marketplace(), cache_on(valkey)
    ebay.gate.clear()
    first = asyncio.create_task(cache.find(REQUEST, ebay.search))
    second = asyncio.create_task(cache.find(REQUEST, ebay.search))
    await eventually(lambda: ebay.calls == 1, "one call is made")
    first.cancel()
    ebay.gate.set()
    assert (await second).total_found == 1
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_when_all_have_given_up_the_search_is_stopped_and_the_next_one_starts_anew(
    valkey: Valkey,
) -> None:
    ebay, cache = Marketplace(), cache_on(valkey)
    ebay.gate.clear()
    waiting = [asyncio.create_task(cache.find(REQUEST, ebay.search)) for _ in range(2)]
    await eventually(lambda: ebay.calls == 1, "one call is made")
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await eventually(lambda: ebay.left == 1, "nobody waits for the marketplace")
    ebay.gate.set()
    assert (await cache.find(REQUEST, ebay.search)).total_found == 2


async def test_a_failure_reaches_all_who_wait_and_is_not_kept(valkey: Valkey) -> None:
    ebay, cache = Marketplace(), cache_on(valkey)
    ebay.error = Unavailable("down")
    for outcome in await asyncio.gather(
        *(cache.find(REQUEST, ebay.search) for _ in range(3)), return_exceptions=True
    ):
        assert isinstance(outcome, Unavailable)
    assert ebay.calls == 1
    ebay.error = None
    assert (await cache.find(REQUEST, ebay.search)).status is SourceStatus.DONE


async def test_a_stale_outcome_is_served_at_once_and_searched_anew_by_one(valkey: Valkey) -> None:
    ebay = Marketplace()
    caches = [cache_on(valkey, timedelta(0)), cache_on(valkey, timedelta(0))]
    await caches[0].find(REQUEST, ebay.search)
    ebay.gate.clear()
    stale = [await cache.find(REQUEST, ebay.search) for cache in (*caches, *caches)]
    assert {(o.total_found, o.status) for o in stale} == {(1, SourceStatus.CACHED)}
    ebay.gate.set()

    await eventually(lambda: ebay.calls == 2, "it is searched anew")
    for _ in range(500):
        kept = await caches[1].kept(REQUEST)
        if kept is not None and kept.total_found == 2:
            break
        await asyncio.sleep(0.01)
    else:
        pytest.fail("the new outcome is not kept")
    assert ebay.calls == 2


async def test_without_the_server_every_search_is_made_and_nothing_is_kept(
    valkey: Valkey,
) -> None:
    await valkey.kill()
    ebay, cache = Marketplace(), cache_on(valkey)
    for _ in range(2):
        outcome = await cache.find(REQUEST, ebay.search)
        assert (outcome.status, outcome.kept) == (SourceStatus.DONE, False)
    assert await cache.kept(REQUEST) is None
    assert ebay.calls == 2


async def test_without_any_server_equal_searches_at_one_time_still_make_one_call() -> None:
    ebay, cache = Marketplace(), FlightsOnly()
    await asyncio.gather(*(cache.find(REQUEST, ebay.search) for _ in range(5)))
    assert ebay.calls == 1
    assert not (await cache.find(REQUEST, ebay.search)).kept
    assert ebay.calls == 2
