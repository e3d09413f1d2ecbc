"""The RDF document that craigslist's bulk interface reads, and the one that it answers with."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeET

from adapters.marketplaces.craigslist.areas import Area
from adapters.marketplaces.port import Photo
from talknshop.listing import ListingSpec
from talknshop.model import Condition

RSS = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CL = "http://www.craigslist.org/about/cl-bulk-ns/1.0"
ET.register_namespace("", RSS)
ET.register_namespace("rdf", RDF)
ET.register_namespace("cl", CL)

CONDITIONS = {
    Condition.NEW: "10",
    Condition.LIKE_NEW: "20",
    Condition.OPEN_BOX: "20",
    Condition.REFURBISHED: "30",
    Condition.GOOD: "40",
    Condition.FAIR: "50",
    Condition.FOR_PARTS: "60",
}
# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Account:
    email: str
    password: str
    account_id: str
    reply_email: str


@dataclass(frozen=True)
class Ad:
    """`key` only correlates the answer: craigslist would post it twice under the same key."""

    key: str
    listing: ListingSpec
    category: str
    area: Area
    postal_code: str
    photos: Sequence[Photo]


@dataclass(frozen=True)
class Posted:
    """What craigslist says about one ad; `status` is VALID, POSTED or a refusal."""

    status: str
    explanation: str
    posting_id: str
    view_url: str
    warnings: tuple[str, ...]


def write(account: Account, ad: Ad) -> bytes:
    root = ET.Element(f"{{{RDF}}}RDF")
    channel = ET.SubElement(root, f"{{{RSS}}}channel")
    items = ET.SubElement(channel, f"{{{RSS}}}items")
    ET.SubElement(items, f"{{{RDF}}}li", {f"{{{RDF}}}resource": ad.key})
    login = {
        "username": account.email,
        "password": account.password,
        "accountID": account.account_id,
    }
    ET.SubElement(channel, f"{{{CL}}}auth", login)
    _write_ad(ET.SubElement(root, f"{{{RSS}}}item", {f"{{{RDF}}}about": ad.key}), account, ad)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _write_ad(item: ET.Element, account: Account, ad: Ad) -> None:
    listing = ad.listing

    def add(namespace: str, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
        element = ET.SubElement(item, f"{{{namespace}}}{name}", attributes or {})
        element.text = _UNWRITABLE.sub("", text)

    add(RSS, "title", listing.title.strip())
    add(RSS, "description", description(listing))
    add(CL, "category", ad.category)
    add(CL, "area", ad.area.area)
    if ad.area.subarea:
        add(CL, "subarea", ad.area.subarea)
    add(CL, "price", f"{listing.price or 0:.0f}")
    privacy = {"privacy": "C", "outsideContactOK": "0", "otherContactInfo": ""}
    add(CL, "replyEmail", account.reply_email, privacy)
    add(CL, "mapLocation", "", {"postal": ad.postal_code})
    if listing.condition:
        add(CL, "generic", "", {"condition": CONDITIONS[listing.condition]})
    for position, photo in enumerate(ad.photos):
        encoded = base64.b64encode(photo.data).decode()
        add(CL, "image", encoded, {"position": str(position)})


def facts_of(listing: ListingSpec) -> dict[str, str]:
    """They are lines at the end of the text: an ad has no fields for them."""
    return {name: value for name, value in listing.attributes.items() if value}


def description(listing: ListingSpec) -> str:
    facts = [f"{name}: {value}" for name, value in facts_of(listing).items()]
    parts = [listing.description or listing.title, listing.condition_notes, "\n".join(facts)]
    return "\n\n".join(part for part in parts if part)


def read(body: bytes, key: str) -> Posted | None:
    """What the answer says about that ad; None when it is not in the documented format."""
    try:
        root = SafeET.fromstring(body)
    except (ET.ParseError, DefusedXmlException, ValueError):
        return None
    for item in root.iter(f"{{{RSS}}}item"):
        if item.get(f"{{{RDF}}}about") != key:
            continue
        status = _text(item, "postedStatus")
        if not status:
            return None
        return Posted(
            status=status,
            explanation=_text(item, "postedExplanation"),
            posting_id=_text(item, "postingID"),
            view_url=_text(item, "postingViewURL"),
            warnings=tuple(
                w for e in item.iter(f"{{{CL}}}warning") if (w := (e.text or "").strip())
            ),
        )
    return None


def _text(item: ET.Element, name: str) -> str:
    """Craigslist pads its addresses with newlines."""
    return (item.findtext(f"{{{CL}}}{name}") or "").strip()
