"""What is neither buying nor selling, answered briefly."""

import re

EXAMPLES = "Try “find me a laptop under $1000” or “sell my iPhone 13, $650, good condition”."

_REPLIES = (
    (r"(?:thank(?:s| you)|thx|ty|cheers|much appreciated)\b.*", "You're welcome! Tell me when you want to buy or sell something else."),
    (r"(?:bye|goodbye|good ?night|see you|see ya|later|cya)\b.*", "Goodbye! This conversation stays here for when you come back."),
    (r"(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening)|greetings|what's up|sup)\b(?:\s+(?:there|you|all|again|friend|bot|everyone))*[\s!.,?]*(?:how are you(?: doing)?(?: today)?|how's it going)?\W*",
     f"Hello! I find things to buy and put your own things up for sale. {EXAMPLES}"),
    (r"(?:how are you|how's it going|how do you do)\b.*", f"All well, and ready to shop. {EXAMPLES}"),
    (r"(?:help|help me|\?+|what can (?:you|i) do.*|how (?:does|do) (?:this|it|you|i) (?:work|use).*|what (?:is|are) (?:this|you)|who are you.*|what do you do|commands|menu|start|options)\W*",
     f"I search several marketplaces at once for what you want to buy, and post what you want to sell. {EXAMPLES}"),
    (r"(?:are you (?:a |an )?(?:bot|robot|human|ai|real|person)|are you there)\b.*", f"I'm TalknShop, a program that helps you buy and sell. {EXAMPLES}"),
    (r"(?:lol|haha+|ha|wow|cool|nice|awesome|great|good|amazing|interesting|ok|okay|sure|hmm+|i see|got it|understood|sounds good|perfect)\W*", f"Anything you want to buy or sell? {EXAMPLES}"),
    (r"(?:tell me a joke|.*\bjoke\b.*|.*\bweather\b.*|.*\bmeaning of life\b.*|.*\b(?:capital|president|king|prime minister) of\b.*|(?:who|why|when) (?:is|was|are|did|do|does|were)\b.*|what time\b.*|.*\b(?:poem|recipe|homework|translate|politics|stock market|football match)\b.*|what(?:'s| is) (?:\d|your|the (?:time|date|news))\b.*|sing\b.*|write (?:me )?(?:a|an|some)\b.*|(?:i love|i hate) you.*|you(?:'re| are)\b.*|ignore (?:all|any|your|previous|the)\b.*)",
     f"I can only help with buying and selling. {EXAMPLES}"),
)  # fmt: skip
_PATTERNS = [(re.compile(pattern, re.IGNORECASE), reply) for pattern, reply in _REPLIES]

NOT_UNDERSTOOD = f"I could not make a purchase or a sale of that. {EXAMPLES}"
ENGLISH_ONLY = f"I understand only English here. {EXAMPLES}"
NOTHING_PENDING = f"There is nothing waiting for your yes or no. {EXAMPLES}"
NOTHING_SAID = f"Tell me what you want to buy or sell. {EXAMPLES}"
DRAFT_NOT_UNDERSTOOD = (
    "I could not make a change of that. Say “post it”, “cancel”, or what to change, for example"
    " “change the price to 600”."
)

_OPENING = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|please)[\s,!.]+(?:there[\s,!.]+)?",
    re.IGNORECASE,
)


def reply_to(text: str) -> str | None:
    """The answer to small talk and to what is off the subject, None for anything else."""
    for pattern, reply in _PATTERNS:
        if pattern.fullmatch(text.strip()):
            return reply
    return None


def without_greeting(text: str) -> str:
    return _OPENING.sub("", text)


def is_english(text: str) -> bool:
    """Whether most letters are Latin ones; a text without letters is not told apart."""
    letters = [character for character in text if character.isalpha()]
    latin = sum(character < "ɐ" for character in letters)
    return latin * 2 >= len(letters)
