"""The true sentences that an answer may be composed from."""

from collections.abc import Sequence

from talknshop.events import ResultsData
from talknshop.headlines import marketplace_title
from talknshop.memory import Assumed
from talknshop.messages import say
from talknshop.money import format_price
from talknshop.products import ProductResult, SourceStatus
from talknshop.understanding import Understanding


def result_facts(
    results: ResultsData,
    understanding: Understanding | None,
    unread: Sequence[str],
    language: str,
    assumed: Sequence[Assumed] = (),
) -> list[str]:
    """What was found, what it starts at, who did not answer, what was assumed."""
    facts = [*unread, results.summary]
    if results.products:
        best, cheapest = results.products[0], min(results.products, key=lambda p: p.price)
        facts.append(_about("best_match", best, language))
        if cheapest.price < best.price:
            facts.append(_about("cheapest", cheapest, language))
    else:
        facts.append(say(language, "try_less"))
    missing = [source for source in results.sources if source.status is SourceStatus.FAILED]
    if missing:
        names = ", ".join(marketplace_title(source.marketplace) for source in missing)
        facts.append(say(language, "not_searched", names=names))
    facts += [entry.text for entry in assumed]
    if understanding is not None:
        facts += understanding.assumptions
        if understanding.not_understood:
            texts = ", ".join(understanding.not_understood)
            facts.append(say(language, "did_not_understand", texts=texts))
    return facts


def _about(key: str, product: ProductResult, language: str) -> str:
    return say(
        language,
        key,
        title=product.title,
        price=format_price(product.price, product.currency),
        marketplace=marketplace_title(product.marketplace),
    )
