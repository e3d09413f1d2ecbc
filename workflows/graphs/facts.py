"""The true sentences that an answer may be composed from."""

from collections.abc import Sequence

from talknshop.events import ResultsData
from talknshop.money import format_price
from talknshop.products import SourceStatus
from talknshop.understanding import Understanding


def result_facts(
    results: ResultsData, understanding: Understanding | None, unread: Sequence[str]
) -> list[str]:
    """What was found, what it starts at, who did not answer, what was assumed."""
    facts = [*unread, results.summary]
    if results.products:
        best, cheapest = results.products[0], min(results.products, key=lambda p: p.price)
        facts.append(
            f"The best match is {best.title} for {format_price(best.price, best.currency)}"
            f" on {best.marketplace}."
        )
        if cheapest.price < best.price:
            facts.append(
                f"The cheapest is {cheapest.title} for"
                f" {format_price(cheapest.price, cheapest.currency)} on {cheapest.marketplace}."
            )
    else:
        facts.append("Try fewer wishes, a higher budget or another word for it.")
    missing = [source for source in results.sources if source.status is SourceStatus.FAILED]
    if missing:
        names = ", ".join(source.marketplace for source in missing)
        facts.append(f"These could not be searched just now: {names}.")
    if understanding is not None:
        facts += understanding.assumptions
        if understanding.not_understood:
            facts.append(f"I did not understand: {', '.join(understanding.not_understood)}.")
    return facts
