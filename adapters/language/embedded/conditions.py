"""A seller's words for the state of a thing: "barely used", "cracked screen"."""

import re

from adapters.language.embedded.text import Reading
from talknshop.model import Condition

_NOT_NEGATED = r"(?<!no )(?<!not )(?<!without )(?<!any )(?<!never )(?<!isn't )"

# The first that is said decides, so the worst stand first; only then what people praise.
_GRADES = (
    (
        Condition.FOR_PARTS,
        r"for parts(?: only)?(?: or (?:not working|repair))?|parts only|(?:is |it's |it is )?not working|does(?:n't| not) (?:work|turn on|power on|boot|charge|start)"
        r"|won't (?:turn on|start|power on|boot|charge)|will not (?:turn on|start)|broken(?! in\b)|dead|non[- ]?functional|needs repair|as[- ]is|bricked",
    ),
    (
        Condition.FAIR,
        r"cracked(?: [a-z]+)?|(?:screen|glass|back) (?:is |has )?(?:a )?crack(?:ed|s)?|crack in the [a-z]+|(?:fair|acceptable|ok(?:ay)?|so-so|rough|poor|bad) (?:condition|shape)"
        r"|(?:condition|shape)(?: is|:)? (?:fair|acceptable|poor|rough|ok(?:ay)?)|fair(?!y)|heavily used|well[- ](?:used|worn|loved)|lots of wear|scratched(?: up)?|beat(?:en)?[- ]up|visible wear|(?:has )?(?:some )?water damage",
    ),
    (Condition.REFURBISHED, r"(?:certified |factory |manufacturer )?(?:refurb(?:ished)?|reconditioned|renewed)"),
    (Condition.OPEN_BOX, r"open[- ]box(?:ed)?|opened(?: box)?,?(?: but)? (?:never|not|un)[ -]?used"),
    (
        Condition.LIKE_NEW,
        r"(?:almost|practically|basically|as good as|near(?:ly)?|like)[- ]new|(?:near[- ])?mint(?: condition)?(?! green)|(?:barely|hardly|scarcely|lightly|rarely|seldom) (?:been )?(?:used|worn|ridden|touched|played)"
        r"|(?:excellent|pristine|flawless|immaculate|perfect)(?: condition| shape)?|used (?:only )?(?:once|twice|a few times|a couple(?: of)? times)|worn (?:only )?(?:once|twice)|no (?:scratches|signs of wear|wear|marks)",
    ),
    (
        Condition.NEW,
        r"(?:brand[- ])new(?: in (?:the )?box)?|new in (?:the )?box|b?nib|nwt|new with tags|still (?:sealed|in (?:the )?box)|(?:factory )?sealed|unopened|never (?:been )?(?:used|worn|opened|ridden|played)|unused|unworn|new",
    ),
    (
        Condition.GOOD,
        r"(?:(?:very|pretty|really|in) )?(?:good|great|nice|decent|solid|working|used)(?: (?:used )?(?:condition|shape))|(?:condition|shape)(?: is|:)? (?:very )?(?:good|great|nice)|gently used|(?:works|working|runs) (?:great|fine|well|perfectly|good)"
        r"|second[- ]?hand|pre[- ]?owned|used|good|fully functional|(?:some|normal|light|minor) (?:signs of )?wear",
    ),
)  # fmt: skip
_PATTERNS = [
    (
        grade,
        re.compile(rf"\b(?:in |it is |it's |its |is )?{_NOT_NEGATED}(?:a |an )?\b(?:{words})\b"),
    )
    for grade, words in _GRADES
]
_DAMAGE = re.compile(
    r"[^,.;|!?]*\b(?<!no )(?<!without )(?:crack(?:ed|s)?|scratch(?:ed|es)?|dents?|dented|scuff(?:s|ed)?|chip(?:ped|s)?|stain(?:s|ed)?|torn|tear|rip(?:ped)?|wear|worn|missing|broken|fad(?:ed|ing)|rust(?:y|ed)?"
    r"|peeling|loose|leaks?|not working|does(?:n't| not) work|won't turn on|dead|as[- ]is|for parts|battery health[^,.;|]*)\b(?! new)[^,.;|!?]*"
)
_PRAISED_ALL_THE_SAME = {Condition.GOOD, Condition.LIKE_NEW, Condition.NEW, Condition.OPEN_BOX}


def take_condition(reading: Reading) -> tuple[Condition | None, str]:
    """The grade and the words about damage, which no praise hides. Both are taken."""
    notes = "; ".join(
        reading.said[match.start() : match.end()].strip(" -")
        for match in _DAMAGE.finditer(reading.rest)
    )
    notes = re.sub(r"^(?:it |but |and |with |has |it's |there (?:is|are) )+", "", notes)
    found = [grade for grade, pattern in _PATTERNS if reading.takes(pattern)]
    if not found:
        return (Condition.GOOD if notes else None), _note(reading, notes)
    return found[0], _note(reading, notes)


def _note(reading: Reading, notes: str) -> str:
    reading.takes(_DAMAGE)
    return notes[:1000]
