"""What holds for every marketplace, whatever goes wrong: each fault of the sandbox at each call.

An adapter may fail, but only with an error of `adapters/errors.py`, and where it can look up what
it did, a second attempt leaves one listing. The adapter that meets the fault is impatient, so that
one that hangs is soon given up; what must succeed has the patience of the product.
"""

from collections.abc import Awaitable, Callable

from listings import PHOTOS, request_for
from sandbox_control import Sandbox

from adapters.errors import AdapterError
from adapters.marketplaces.port import Found, PostingMarketplace, SearchMarketplace
from sandbox.disturbance import REQUEST_KINDS
from talknshop.requirement import RequirementSpec

FAULTS = sorted(REQUEST_KINDS)
LAPTOPS = RequirementSpec(product_type="laptop")
# How many calls a posting takes at most.
CALLS = 16


async def a_search_answers_or_fails_typed(
    impatient: SearchMarketplace, patient: SearchMarketplace, kind: str, sandbox: Sandbox
) -> None:
    sandbox.spoil(impatient.name, "", kind, count=None)
    found = await outcome(lambda: impatient.search(LAPTOPS, 12))
    if isinstance(found, Found):
        assert all(0 < product.price <= 10_000_000 for product in found.products)
        assert all(product.deep_link.startswith("http") for product in found.products)
        assert all("<script" not in product.title for product in found.products)
    sandbox.reset()
    assert (await patient.search(LAPTOPS, 12)).products


async def a_product_is_read_or_refused_typed(
    impatient: SearchMarketplace, patient: SearchMarketplace, kind: str, sandbox: Sandbox
) -> None:
    (first, *_) = (await patient.search(LAPTOPS, 1)).products
    sandbox.spoil(impatient.name, "", kind, count=None)
    await outcome(lambda: impatient.product(first.product_id))
    sandbox.reset()
    assert await patient.product(first.product_id)


async def a_second_attempt_leaves_one_listing(
    impatient: PostingMarketplace, patient: PostingMarketplace, kind: str, sandbox: Sandbox
) -> None:
    name = impatient.name
    for call in range(CALLS):
        sandbox.reset()
        sandbox.spoil(name, "", kind, after=call)
        request = request_for(name, f"job-{kind}-{call}")
        live = await outcome(lambda request=request: impatient.publish(request, PHOTOS))
        struck = sandbox.spoils_left() == 0
        sandbox.clear_faults()
        if isinstance(live, AdapterError) and patient.finds:
            live = await patient.find(request) or await patient.publish(request, PHOTOS)
        shown = sandbox.live_listings(name)
        assert len(shown) == 1 if patient.finds else len(shown) <= 1
        if not struck:
            return
    raise AssertionError(f"posting on {name} takes more than {CALLS} calls")


async def outcome(action: Callable[[], Awaitable[object]]) -> object:
    """What it gave, or the error of the family that it raised; any other error fails the test."""
    try:
        return await action()
    except AdapterError as error:
        return error
