"""The words that a voice note of a conversation is likely to have."""

from collections.abc import Sequence

from talknshop.listing import ListingSpec
from talknshop.requirement import RequirementSpec
from talknshop.understanding import ShownProduct

# Speech models read some 200 tokens of a prompt, the last ones; a title's first words name it.
_MOST, _WORDS_OF_A_TITLE = 16, 6


def likely_words(
    shown: Sequence[ShownProduct], requirement: RequirementSpec | None, listing: ListingSpec | None
) -> list[str]:
    """Products and brands that were spoken of, the nearest ones last, each once."""
    titles = [" ".join(product.title.split()[:_WORDS_OF_A_TITLE]) for product in shown]
    wanted = [requirement.product_type, *requirement.brand_preferences] if requirement else []
    offered = [listing.brand, listing.title] if listing else []
    words = [word for word in (*titles, *wanted, *offered) if word]
    return list(dict.fromkeys(words))[-_MOST:]
