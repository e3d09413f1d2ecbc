"""Words that point at a photo: what "find me this" means, and by which means that is known."""

import re
from collections.abc import Sequence

from talknshop.media import ImageAttributes
from talknshop.messages import say
from talknshop.understanding import Mode, Utterance

# "this" is the whole of what is wanted, in the six languages: nothing else may name a thing.
_ASKS = r"find|search(?: for)?|look for|buy|get|i want|i need|where can i buy"
_POINTS = re.compile(
    rf"(?:(?:can you |please )?(?:{_ASKS})(?: me)? )?"
    r"(?:this|this one|one like this|the same|it|one of these)(?: please| for me)?"
    r"|(?:busca|encuentra|quiero|b[uú]scame) (?:esto|este|esta|uno igual)"
    r"|(?:trouve|cherche|je veux)(?:[- ]moi)? (?:ça|ceci|cela|le même)"
    r"|(?:finde?|such|suche|kaufe?|ich will) (?:mir )?(?:das|dies|dieses|das hier)"
    r"|(?:यह|ये|इसे|यही) (?:ढूंढो|ढूँढो|खोजो|चाहिए)|(?:帮我)?(?:找|买|搜索)(?:这个|同款)",
    re.IGNORECASE,
)
_PRONOUNS = re.compile(r"this|this one|the same|it", re.IGNORECASE)
# More words than that are a text about the thing, not its name.
_NAME_WORDS = 8


def points_at_photo(utterance: Utterance) -> bool:
    """Whether a photo alone says what is wanted. While there is a draft, "this one" is about it."""
    if not utterance.images:
        return False
    said = utterance.text.strip().rstrip(".!?。！？ ")
    if utterance.listing is not None and (not said or _PRONOUNS.fullmatch(said)):
        return False
    return bool(_POINTS.fullmatch(said)) or (not said and utterance.mode is Mode.BUYER)


def shown_thing(images: Sequence[ImageAttributes], language: str) -> tuple[str, list[str]]:
    """What the photos show, and sentences that say by which means that is known.

    Without a name the sentences say why there is none.
    """
    codes = [_unnamed_code(image, language) for image in images if not image.product]
    missing = [sentence for sentence in codes if sentence]
    for image in images:
        name, means = _name(image)
        if name:
            return name, [say(language, f"seen_by_{means}", name=name), *missing]
    return "", [*missing, say(language, "photo_says_nothing")]


def _unnamed_code(image: ImageAttributes, language: str) -> str:
    if image.barcode_status in ("unknown", "unchecked"):
        return say(language, f"barcode_{image.barcode_status}", code=image.barcode)
    return ""


def _name(image: ImageAttributes) -> tuple[str, str]:
    """The barcode's product is certain; then what a model saw, and printed words."""
    if image.product:
        return image.product, "barcode"
    thing = image.model or next(iter([*image.objects, *image.labels]), "")
    if thing:
        return " ".join(part for part in (image.brand, thing) if part), "model"
    words = " ".join(image.text).split()
    return " ".join(words[:_NAME_WORDS]), "print"
