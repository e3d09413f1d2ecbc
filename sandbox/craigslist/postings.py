"""Craigslist's postings, as they are kept and as people see them."""

from collections.abc import Iterator

from sandbox.posted import Posted
from sandbox.purchases import record
from sandbox.state import Document, Store
from sandbox.world import World

POSTINGS = "craigslist/postings"
FIRST_POSTING = 7_812_345_000

_SHOWN_STATUS: dict[str, str] = {"active": "live", "deleted": "withdrawn"}


def posted(store: Store) -> Iterator[Posted]:
    return map(_posted, store.all(POSTINGS))


def buy(world: World, listing_id: str) -> bool:
    """Buyer and seller met; Craigslist itself learns nothing but that the ad is gone."""
    store = world.store
    posting = store.get(POSTINGS, listing_id)
    if posting is None or posting["status"] != "active":
        return False
    _put(store, {**posting, "status": "sold"})
    record(store, _posted(posting))
    return True


def _posted(posting: Document) -> Posted:
    return Posted(
        marketplace="craigslist",
        key=posting["about"],
        listing_id=posting["id"],
        title=posting["title"],
        price=f"{posting['price']} USD" if posting["price"] else "",
        status=_SHOWN_STATUS.get(posting["status"]) or str(posting["status"]),
        url=posting["path"],
        image=next((f"/uploads/{picture}" for picture in posting["pictures"]), ""),
        description=posting["description"],
    )


def _put(store: Store, posting: Document) -> None:
    store.put(POSTINGS, posting["id"], posting, posting["about"])
