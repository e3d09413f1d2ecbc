"""A conversation in Spanish, led to refusals: nobody is told anything in English."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from talknshop.messages import catalogue
from tests.running import Running
from tests.selling import by_marketplace, preview, settled

SALE = "vendo mi iPhone 13, 650 $, buen estado"
# What a person wrote, or a listing reads like; and what programs read.
_NOT_SAID = {"listing_spec", "message_id", "title", "description", "fields", "photos", "options"}


def _english() -> list[re.Pattern[str]]:
    """Each message of the English catalogue that reads otherwise in Spanish."""
    spanish = catalogue("es")
    texts = [
        text
        for key, message in catalogue("en").items()
        if message != spanish[key]
        for text in (message.values() if isinstance(message, dict) else [message])
    ]
    said = [re.sub(r"\\{\w+\\}", ".+?", re.escape(text)) for text in texts]
    return [re.compile(text) for text in said if len(re.sub(r"\.\+\?|\W", "", text)) >= 12]


ENGLISH = _english()


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            # In quotes: somebody else's words, as data.
            yield re.sub(r"«[^»]*»", "", value)
        case dict():
            for name, each in value.items():
                if name not in _NOT_SAID:
                    yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)


def _said_in_english(value: Any) -> list[str]:
    return [text for text in _texts(value) if any(each.search(text) for each in ENGLISH)]


def test_english_would_be_noticed() -> None:
    assert _said_in_english({"a": ["It ends on eBay and could not be renewed. «Sorry.»"]})
    assert not _said_in_english({"a": ["eBay ya no lo muestra."]})


async def test_a_sale_in_spanish_is_refused_in_spanish(stack: Running) -> None:
    await stack.fault(
        marketplace="craigslist", match="POST /bulk-rss/validate", kind="status", status=403
    )
    await stack.fault(marketplace="ebay", match="POST /sell", kind="status", status=400, count=1)
    language = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"}
    try:
        async with stack.chat(language="es") as chat:
            await preview(stack, chat, SALE)
            await chat.act("edit_listing", price=-5)
            wrong = await chat.next("error")
            await chat.next("listing_preview")
            await chat.act(
                "edit_listing",
                description="Funciona bien. Llama al (206) 555-0143. Batería al 91 %.",
                target_marketplaces=["ebay", "craigslist", "poshmark"],
            )
            shown = await chat.next("listing_preview")
            await chat.act("confirm_listing")
            job = await chat.next_where(settled, "a settled job")
            news = await chat.next("notification")
            job_id = job["data"]["job_id"]
            await chat.act("retry_listing", job_id=job_id, marketplace="poshmark", done=True)
            impossible = await chat.next_other("error")
    finally:
        await stack.clear_faults()
    listings = by_marketplace(job)
    assert wrong["data"]["error"]["message"] == "precio: Debe ser 0 o más."
    (ebay,) = [each for each in shown["data"]["fitted"] if each["marketplace"] == "ebay"]
    assert ebay["changes"] == ["Se ha quitado: un número de teléfono."]
    refused = listings["craigslist"]["needs"]["message"]
    assert refused.startswith("Craigslist no admite a TalknShop con el acceso")
    assert "Poshmark no deja publicar" in listings["poshmark"]["needs"]["message"]
    assert refused in news["data"]["body"]
    assert impossible["data"]["error"]["code"] == "no_url"
    assert _said_in_english([impossible["data"], *(event["data"] for event in chat.others)]) == []
    assert [event for event in chat.events if _said_in_english(event["data"])] == []

    headers = {"Authorization": f"Bearer {chat.session['token']}", **language}
    view = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=headers)
    assert refused in [each["needs"]["message"] for each in view.json()["marketplace_jobs"]]
    assert _said_in_english(view.json()["marketplace_jobs"]) == []
    unknown = await stack.http.get(f"{stack.web}/api/v1/jobs/{uuid.uuid4()}", headers=headers)
    assert unknown.headers["content-language"] == "es"
    assert "No hay ningún trabajo tuyo" in unknown.json()["detail"]
