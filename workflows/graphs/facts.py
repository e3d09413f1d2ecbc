"""The true sentences that an answer may be composed from."""

from collections.abc import Sequence

from talknshop.events import ResultsData
from talknshop.headlines import marketplace_title
from talknshop.memory import Assumed
from talknshop.messages import Sentence, say, sentence
from talknshop.money import format_price
from talknshop.products import ProductResult, SourceStatus
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Understanding


def result_facts(
    results: ResultsData,
    understanding: Understanding | None,
    unread: Sequence[str],
    language: str,
    assumed: Sequence[Assumed] = (),
    beyond: ProductResult | None = None,
) -> list[str]:
    """What was found, what it starts at, who did not answer, what was assumed.

    Where nothing was: what there is above the budget (`beyond`), and what can be left out.
    """
    facts = [*unread, results.summary]
    if results.products:
        best, cheapest = results.products[0], min(results.products, key=lambda p: p.price)
        facts.append(_about("best_match", best, language))
        if cheapest.price < best.price:
            facts.append(_about("cheapest", cheapest, language))
    else:
        facts += [_about("above_budget", beyond, language)] if beyond else []
        wishes = _wishes(results.requirement, language)
        facts.append(say(language, "try_without" if wishes else "try_another", wishes=wishes))
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


def _wishes(requirement: RequirementSpec, language: str) -> list[str | Sentence]:
    """What was asked for beside the thing itself."""
    price, stars = requirement.price, requirement.rating_min
    wishes: list[str | Sentence] = [*requirement.brand_preferences]
    if price.min is not None:
        wishes.append(sentence("wish_from", price=format_price(price.min, price.currency)))
    if price.max is not None:
        wishes.append(sentence("wish_up_to", price=format_price(price.max, price.currency)))
    if stars is not None:
        wishes.append(sentence("wish_stars", stars=f"{stars:g}"))
    if requirement.condition is not None:
        wishes.append(sentence(f"wish_{requirement.condition}"))
    return wishes + [
        sentence("wish_only_on", name=marketplace_title(name)) for name in requirement.marketplaces
    ]


def _about(key: str, product: ProductResult, language: str) -> str:
    return say(
        language,
        key,
        title=product.title,
        price=format_price(product.price, product.currency),
        marketplace=marketplace_title(product.marketplace),
    )
