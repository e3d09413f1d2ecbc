"""Whether a person buys, sells, agrees, declines or chats: patterns over the whole text."""

import re

_BUY = re.compile(
    r"\b(?:find|buy|buying|purchase|look(?:ing)? for|looking to (?:buy|get)|search(?:ing)?(?: for)?|shop(?:ping)? for|hunting for|show me"
    r"|get me|i(?:'d| would)? (?:like|love|want|need)(?! to (?:sell|list|post|know|get rid))|i'm after|in the market for|we need|wanna (?:buy|get)|recommend|suggest|where can i (?:get|buy|find)"
    r"|what(?:'s| is| are) the (?:best|cheapest)|does anyone sell|who sells|any deals on|deals on|price of|how much (?:is|are|does|do)|compare|do you (?:have|sell))\b",
    re.IGNORECASE,
)
_SELL = re.compile(
    r"(?<!who )(?<!anyone )(?<!you )(?<!best[ -])(?<!they )\b(?:sell(?!er|s|ing price)(?:ing)?|get(?:ting)? rid of|offload"
    r"|put (?:up|my|this|these)(?: [\w ]{0,40})? ?(?:up )?for sale|crosspost|i(?:'m| am) listing|i have (?:an? |some |this |my )?[\w -]{1,40} (?:for sale|to sell)"
    r"|(?:list|post|advertise)\s(?:my|this|these|an?|the|our)(?! (?:second|first|third|cheaper|of))|for sale[: ])\b",
    re.IGNORECASE,
)
_BUY_VERB = re.compile(
    r"\b(?:find me|find|buy|purchase|looking for|search(?: for)?|show me|shop(?:ping)? for)\b",
    re.IGNORECASE,
)
_MINE = re.compile(r"^\W*(?:(?:this is|here is|here's|it's) )?my\b", re.IGNORECASE)

_YES = (
    r"(?:yes|yep|yeah|yup|ya|sure|ok|okay|k|alright|all right|absolutely|definitely|correct|right|perfect|great|awesome|fine|good|confirm(?:ed)?|approved?|agreed?"
    r"|post (?:it|them|this|everywhere)|list it|publish(?: it)?|go ahead|go for it|do it|send it|ship it|submit(?: it)?|sounds good|sounds great|looks? (?:good|great|perfect|right|fine|correct|ok|okay)|that's (?:right|correct|fine|good|it|perfect)"
    r"|it's (?:good|fine|right|perfect|correct)|i (?:confirm|agree|approve)|let's (?:go|do it|post it)|make it live|all good|lgtm|please do|by all means|of course)"
)
_NO = (
    r"(?:no|nope|nah|cancel(?: it| that| this| everything| the listing)?|don'?t(?: post| list| do| sell)?(?: it| that| this)?|do not(?: post| do| list)?(?: it)?|stop|forget (?:it|that|about it)|never ?mind|abort|discard(?: it)?|scrap it|delete (?:it|this|the draft)"
    r"|changed my mind|i(?:'ve| have)? changed my mind|not (?:now|anymore|interested)|no thanks?|no thank you|leave it|drop it|quit)"
)
_POLITE = r"(?:\s*[,.!;-]*\s*(?:please|thanks|thank you|now|then|for me|to me|everywhere|and|it|all|so|that|actually))*"
_CONFIRM = re.compile(rf"\W*(?:{_YES}{_POLITE}[\s,.!]*(?:and\s+)?){{1,4}}\W*", re.IGNORECASE)
_DECLINE = re.compile(
    rf"\W*(?:(?:ok |oh |actually |well |sorry )?{_NO}{_POLITE}[\s,.!]*){{1,4}}\W*", re.IGNORECASE
)
_LEADING_YES = re.compile(rf"^\W*{_YES}(?:[\s,.!]+(?:but|and)?|\s*$)", re.IGNORECASE)

# What agrees or declines is short; a long text says something else.
_SHORT = 120


def asks_to_buy(text: str) -> bool:
    return _BUY.search(text) is not None


def asks_to_sell(text: str) -> bool:
    return _SELL.search(text) is not None


def says_buy(text: str) -> bool:
    """A verb of buying, where "I want" would say nothing."""
    return _BUY_VERB.search(text) is not None


def shows_own(text: str) -> bool:
    """ "my iPhone 13, $650": whoever names a thing as theirs sells it."""
    return _MINE.search(text) is not None


def confirms(text: str) -> bool:
    return len(text) <= _SHORT and _CONFIRM.fullmatch(text) is not None


def declines(text: str) -> bool:
    return len(text) <= _SHORT and _DECLINE.fullmatch(text) is not None
