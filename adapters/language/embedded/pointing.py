"""Words that point at a photo: "find me this" becomes what the photo says the thing is."""

import re

from talknshop.media import ImageAttributes
from talknshop.understanding import Mode, Utterance

# "this" is the whole of what is wanted, in the six languages: nothing else may name a thing.
_POINTS = re.compile(
    r"(?:(?:can you |please )?(?:find|search(?: for)?|look for|buy|get|i want|i need|where can i buy)"
    r"(?: me)? )?(?:this|this one|one like this|the same|it|one of these)(?: please| for me)?"
    r"|(?:busca|encuentra|quiero|b[uú]scame) (?:esto|este|esta|uno igual)"
    r"|(?:trouve|cherche|je veux)(?:[- ]moi)? (?:ça|ceci|cela|le même)"
    r"|(?:finde?|such|suche|kaufe?|ich will) (?:mir )?(?:das|dies|dieses|das hier)"
    r"|(?:यह|ये|इसे|यही) (?:ढूंढो|ढूँढो|खोजो|चाहिए)|(?:帮我)?(?:找|买|搜索)(?:这个|同款)",
    re.IGNORECASE,
)
# More words than that are a text about the thing, not its name.
_NAME_WORDS = 8


def spelled_out(utterance: Utterance) -> tuple[Utterance, str]:
    """The utterance with the photo's words in place of "this", and a sentence that says so."""
    said = utterance.text.strip().rstrip(".!?。！？ ")
    points = _POINTS.fullmatch(said) or (not said and utterance.mode is Mode.BUYER)
    if not points or utterance.listing is not None:
        return utterance, ""
    for image in utterance.images:
        name, source = _name(image)
        if name:
            changed = utterance.model_copy(update={"text": f"find {name}", "mode": Mode.BUYER})
            return changed, f"I searched for what {source} your photo says: {name}."
    return utterance, ""


def _name(image: ImageAttributes) -> tuple[str, str]:
    """The barcode's product is certain; printed words are the next best."""
    if image.product:
        return image.product, "the barcode in"
    known = " ".join(part for part in (image.brand, image.model) if part)
    if known:
        return known, "the model that looked at"
    words = " ".join(image.text).split()
    return " ".join(words[:_NAME_WORDS]), "the print in"
