"""Orders and questions about listings that are up: "take the bike down from eBay", "how is my lamp
doing?".

Read by rules whatever model is configured: what takes a listing down is decided by the person's own
words, and no text from elsewhere can talk a model into it.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from adapters.language.embedded import intents
from adapters.language.embedded.languages import language_of
from adapters.language.embedded.measures import read
from talknshop.managing import Order, OrderAction
from talknshop.model import MarketplaceName
from talknshop.understanding import Intent, Mode, Understanding, Utterance

# The field of the question whether an order is really meant.
CONFIRM_ORDER = "confirm_order"

_PRICE = (
    r"(?P<price>[$€£₹¥]?\s*\d[\d.,]*)\s*(?:[$€£₹¥]|usd|eur|dollars?|bucks|d[oó]lares|euros?"
    r"|डॉलर|रुपये|美元|元|块)?"
)

# By language and action. Where `rest` is asked for, it must name a marketplace.
_PATTERNS: dict[str, dict[OrderAction, list[str]]] = {
    "en": {
        "status": [
            r"(?:how are|how's|what about|show(?: me)?|list|check|what(?:'s| is) the status of"
            r"|what(?:'s| is) (?:happening|going on|up) with|where are) "
            r"(?P<every>(?:all )?(?:of )?my (?:listings|ads|postings|things|items|stuff)"
            r"(?: for sale)?)(?: doing| going)?",
            r"what am i selling(?: (?:now|right now|at the moment))?(?P<every>)",
            r"(?:what(?:'s| is)|check|tell me|show(?: me)?) the (?:status|state) (?:of|for|on) "
            r"(?P<thing>(?:my|the) .+|it|them)",
            r"how(?:'s| is| are) (?P<thing>my .+?|it|they) (?:doing|going|coming along|getting on)"
            r"(?: (?:so far|now|today|on .+))?",
            r"(?:is|are|has|have|was|did) (?P<thing>my .+?|it|they) (?:still )?"
            r"(?:(?:been |gone |go |get |got )?(?:live|posted|up|online|sold|listed|through)|sell)"
            r"(?: (?:yet|already|now|on .+))*",
            r"where(?:'s| is| are) (?P<thing>my .+?|it|they) (?:posted|listed|live|up|for sale)",
            r"(?:where(?:'s| is| are)|(?:can i|let me) see|show(?: me)?|check) "
            r"(?P<every>(?:all )?my (?:listing|ad|posting)s?)(?: now)?",
            r"(?:where|how) (?:does|do) (?P<thing>my .+?|it|they) stand(?: (?:now|today|on .+))*",
            r"how far (?:along )?(?:is|are|has|have|did) (?P<thing>my .+?|it|they)"
            r"(?: (?:along|come|got(?:ten)?|get))?",
            r"what(?:'s| is| has| have)? (?:happened|become|became) (?:to|of|with) "
            r"(?P<thing>my .+|it|them)",
            r"what(?:'s| is) (?:new|up|happening|going on|the latest) (?:with|on|about) "
            r"(?P<thing>my .+|it|them)",
            r"(?:(?:any|the|an?) )?(?:news|status|(?:status )?updates?) (?:of|for|on|about|with) "
            r"(?P<thing>my .+?|it|them)(?: yet)?",
            r"(?:did|has|have) (?:any|some)(?:one|body) (?:already )?(?:bought|buy) "
            r"(?P<thing>my .+?|it|them)(?: (?:yet|already|on .+))*",
            r"(?:is|are) (?P<every>everything|all of (?:it|them)) (?:live|posted|up|online|sold)"
            r"(?: (?:yet|already|now))*",
            r"what (?:have i|did i) (?:posted?|listed|list|put up)(?P<every>)",
            r"what do i have (?:up|online|listed|posted|for sale)(?: right)?(?: now)?(?P<every>)",
            r"(?:status|any (?:news|updates?)|how(?:'s| is) it (?:going|coming along))(?P<thing>)",
        ],
        "mark_sold": [
            r"(?:please )?mark (?P<thing>.+?) (?:as )?sold\b.*",
            r"(?P<thing>(?:my|the) .+?) (?:is|was|has been|got|just) sold\b.*",
            r"i(?:'ve| have)?(?: just)? sold (?P<thing>(?:my|the) .+)",
            r"i(?:'ve| have)?(?: just)? sold (?P<thing>it|that one)(?: (?:already|today|on .+))*",
        ],
        "reprice": [
            r"(?:lower|reduce|drop|cut|raise|increase|change|set) the price (?:of|for|on) "
            r"(?P<thing>.+?) to {price}.*",
            r"(?:lower|reduce|drop|cut|raise|increase|change|set) (?P<thing>(?:my|the) "
            r"(?!price\b|(?:budget|limit|max(?:imum)?) to\b).+?)(?:'s price| price)? to {price}.*",
            r"(?:lower|reduce|drop|raise) the price to {price}.*",
        ],
        "edit": [
            r"(?:edit|change|update|modify|fix|correct) (?P<thing>my (?:listing|ad|posting)s?)",
            r"(?:edit|change|update|modify|fix|correct) the (?:title|description|text|photos?"
            r"|pictures?|details?) (?:of|on|for|in) (?P<thing>my .+?|it)(?: to .+)?",
        ],
        "withdraw": [
            r"(?:withdraw|delist|unlist|take down|pull down) (?P<thing>.+)",
            r"(?:take|pull) (?P<thing>.+?) down\b.*",
            r"(?:take|pull) (?P<thing>.+?) off (?P<rest>.+)",
            r"(?:remove|delete) (?P<thing>.+?) (?:from|on) (?P<rest>.+)",
            r"(?:remove|delete) (?P<thing>(?:my|the) .*?(?:listing|ad)\b.*)",
        ],
        "relist": [
            r"(?:relist|repost) (?P<thing>.+)",
            r"(?:list|put|post) (?P<thing>(?:my|the|it|that).*?) (?:up )?again\b.*",
        ],
        "retry": [r"(?:retry|try again) (?P<thing>.+)", r"try (?P<thing>.+?) again\b.*"],
    },
    "es": {
        "status": [
            r"(?:c[oó]mo (?:van|están|andan)|qué tal(?: van)?|mu[eé]stra\w*|ens[eé]ña\w*|ver) "
            r"(?P<every>(?:todos )?mis (?:anuncios|publicaciones|cosas|artículos))",
            r"(?:cuál es|dime|ver) el estado (?:de|del) (?P<thing>.+)",
            r"d[oó]nde está (?P<every>mi (?:anuncio|publicaci[oó]n))",
            r"(?:(?:c[oó]mo|en qué) (?:va|anda|sigue)|qué tal va|qué (?:pasó|ha pasado) con"
            r"|(?:hay )?(?:novedades|noticias) (?:de|sobre)) (?P<thing>mis? .+)",
            r"(?:ya )?(?:está|se ha|se) (?:vendid[oa]|vendió|publicad[oa]|publicó)(?: ya)? "
            r"(?P<thing>mi .+)",
        ],
        "mark_sold": [
            r"marca\w* (?P<thing>.+?) como vendid[oa]s?\b.*",
            r"(?:ya )?(?:he vendido|vendí) (?P<thing>(?:mi|mis|el|la) .+)",
        ],
        "reprice": [
            r"(?:baja|reduce|rebaja|sube|cambia|pon|ajusta)\w* el precio (?:del? "
            r"(?P<thing>.+?) )?a {price}.*",
        ],
        "edit": [
            r"(?:edit|cambi|modific|corri[gj])\w* (?P<thing>mis? (?:anuncios?|publicaci[oó]n))",
            r"(?:edit|cambi|modific|corri[gj])\w* (?:el título|la descripción|el texto|las? fotos?)"
            r" de (?P<thing>mis? .+?)(?: (?:a|por) .+)?",
        ],
        "withdraw": [
            r"(?:quita|saca|elimina|borra|retira|baja)\w* (?P<thing>.+?) de (?P<rest>.+)",
            r"retira\w* (?P<thing>mis? .+)",
        ],
        "relist": [r"(?:vuelve a publicar|republica) (?P<thing>.+)"],
        "retry": [r"(?:reintenta|vuelve a intentar|intenta de nuevo)\w* (?P<thing>.+)"],
    },
    "fr": {
        "status": [
            r"(?:où en sont|comment vont|montrez?(?:-moi)?|affiche\w*|voir) "
            r"(?P<every>(?:toutes )?mes (?:annonces|affaires|articles))",
            r"où est (?P<every>mon annonce)",
            r"(?:où en (?:est|sont)|comment (?:va|vont)|quel est l['’]état de|que devient"
            r"|des nouvelles de|qu['’]est-il arrivé à) "
            r"(?P<thing>(?:mon|ma|mes) .+)",
            r"(?:est-ce que )?(?P<thing>(?:mon|ma) .+?) (?:est|a été)(?:-il|-elle)? (?:déjà )?"
            r"(?:en ligne|publiée?|vendue?)(?: (?:déjà|maintenant|sur .+))?",
        ],
        "mark_sold": [
            r"marqu\w+ (?P<thing>.+?) comme vendue?s?\b.*",
            r"j['’]ai vendu (?P<thing>(?:mon|ma|mes|le|la|l['’]).+)",
        ],
        "reprice": [
            r"(?:baiss|diminu|rédui|augment|chang|met|pass)\w+ le prix (?:(?:de |du "
            r"|d['’])(?P<thing>.+?) )?à {price}.*",
        ],
        "edit": [
            r"(?:modifi|chang|corrig|[ée]dit)\w+ (?P<thing>(?:mon|mes) annonces?)",
            r"(?:modifi|chang|corrig|[ée]dit)\w+ (?:le titre|la description|le texte|les photos)"
            r" de (?P<thing>(?:mon|ma|mes) .+?)(?: (?:en|par) .+)?",
        ],
        "withdraw": [
            r"(?:enl[eè]v|supprim|retir)\w+ (?P<thing>.+?) (?:de |d['’])(?P<rest>.+)",
            r"retir\w+ (?P<thing>(?:mon|ma|mes) .+)",
        ],
        "relist": [r"(?:remet|republi)\w+ (?P<thing>.+?)(?: en (?:ligne|vente))?(?: sur .+)?"],
        "retry": [r"(?:réessa|ressa|retent)\w+ (?P<thing>.+)"],
    },
    "de": {
        "status": [
            r"(?:wie (?:laufen|stehen)|was machen|zeig\w*(?: mir)?|was ist mit) "
            r"(?P<every>(?:alle )?meinen? (?:angeboten?|anzeigen|inseraten?|sachen))",
            r"wie (?:läuft|steht) es (?:mit|um) (?P<thing>mein\w* .+)",
            r"(?:wie läuft|was macht) (?P<thing>mein\w* .+)",
            r"(?:was ist|wie ist) der (?:stand|status) (?:von |bei |für )?(?P<thing>mein\w* .+)",
            r"wo (?:steht|ist|sind|stehen) (?P<every>meine? (?:anzeige|inserat|angebot)[ens]*)",
            r"was ist aus (?P<thing>mein\w* .+?) geworden",
            r"(?:gibt(?:'s| es) )?(?:et)?was neues (?:zu|von|über) (?P<thing>mein\w* .+)",
            r"(?:ist|wurde) (?P<thing>mein\w* .+?) (?:schon |noch |jetzt )?"
            r"(?:online|live|eingestellt|verkauft)(?: worden)?",
        ],
        "mark_sold": [
            r"markier\w* (?P<thing>.+?) als verkauft\b.*",
            r"ich hab\w? (?P<thing>(?:mein|den|die|das).+?) verkauft\b.*",
        ],
        "reprice": [
            r"(?:senk|reduzier|erhöh|änder|setz)\w* den preis (?:(?:für|von|vom|des|der|meines"
            r"|meiner) (?P<thing>.+?) )?auf {price}.*",
        ],
        "edit": [
            r"(?:änder|bearbeit|korrigier)\w* (?P<thing>meine? (?:anzeige|inserat|angebot)[ens]*)",
            r"(?:änder|bearbeit|korrigier)\w* (?:den titel|die beschreibung|den text|die fotos?"
            r"|die bilder) (?:von |für )?(?P<thing>mein\w* .+?)(?: (?:in|zu|auf) .+)?",
        ],
        "withdraw": [
            r"(?:nimm|entfern|lösch)\w* (?P<thing>.+?) (?:von|bei|auf|aus) (?P<rest>.+)",
            r"zieh\w* (?P<thing>.+?) zurück\b.*",
        ],
        "relist": [r"stell\w* (?P<thing>.+?) (?:wieder|erneut|noch ?mal) .*?ein\b.*"],
        "retry": [
            r"(?:versuch|probier)\w* (?P<thing>.+?) (?:noch ?mals?|noch einmal|erneut|wieder)\b.*"
        ],
    },
    "hi": {
        "status": [
            r"(?P<every>मेर[ीे] (?:सभी |सारी |सारे )?(?:लिस्टिंग|विज्ञापन|चीज़ें))"
            r"(?: (?:की स्थिति|कैसी|कैसे|दिखा|कहाँ|कहां|का क्या).*)?",
            r"(?P<thing>मेर[ाीे] .+?) (?:की|का) (?:स्थिति|हाल|स्टेटस|क्या हुआ)(?: .*)?",
            r"क्या (?P<thing>मेर[ाीे] .+?) (?:बिक (?:गया|गई)|लाइव|ऑनलाइन|लग (?:गया|गई))(?: .*)?",
        ],
        "mark_sold": [
            r"(?P<thing>.+?) को (?:बिका|बिक|बेचा)\S*(?: हुआ| गया)? (?:मार्क|चिह्नित|दिखा)\S*.*",
            r"(?P<thing>मेर[ाीे] .+?) बिक (?:गया|गई|चुका|चुकी).*",
        ],
        "reprice": [
            r"(?P<thing>.+?) (?:की|का) (?:कीमत|क़ीमत|दाम) (?:घटाकर |कम करके |बढ़ाकर |बदलकर "
            r")?{price} ?(?:कर|रख).*",
        ],
        "edit": [
            r"(?P<thing>मेर[ाीे] (?:लिस्टिंग|विज्ञापन)) (?:को )?(?:बदल|संपादित).*",
            r"(?P<thing>मेर[ाीे] .+?) (?:का|की) (?:शीर्षक|विवरण|फ़ोटो) बदल.*",
        ],
        "withdraw": [r"(?P<thing>.+?) को (?P<rest>.+?) से (?:हटा|निकाल|वापस).*"],
        "relist": [r"(?P<thing>.+?) को .*?(?:फिर से|दोबारा) (?:डाल|लगा|लिस्ट).*"],
        "retry": [r"(?P<thing>.+?) (?:को )?(?:फिर से|दोबारा) कोशिश.*"],
    },
    "zh": {
        "status": [
            r"(?:查看|看看|显示)?(?P<every>我的(?:全部|所有)?(?:商品|东西|刊登|广告))"
            r"(?:都)?(?:怎么样了?|的?(?:状态|情况).*)?",
            r"我的(?P<thing>.+?)(?:现在)?(?:怎么样了?|的?(?:状态|情况)(?:如何|怎么样)?"
            r"|(?:已经)?(?:上架|发布|卖掉|卖出|卖)了(?:吗|没有|没))",
        ],
        "mark_sold": [
            r"(?:请)?(?:把|将)(?P<thing>.+?)(?:标记|标|设)(?:为|成)?(?:已售|售出|卖出|已卖).*",
            r"我的(?P<thing>.+?)(?:已经)?卖(?:掉|出)?了.*",
        ],
        "reprice": [
            r"(?:请)?(?:把|将)?(?P<thing>.+?)的?(?:价格|价钱|售价)(?:降低?|提高|改|调整?|涨)(?:到|至|成|为){price}.*",
        ],
        "edit": [
            r"(?:修改|编辑|更改)(?:一下)?我的(?P<thing>刊登|广告|商品)",
            r"(?:修改|编辑|更改)(?:一下)?我的(?P<thing>.+?)的(?:标题|描述|照片|图片).*",
        ],
        "relist": [r"(?:请)?(?:把|将)?(?P<thing>.+?)重新上架.*", r"重新上架(?P<thing>.+)"],
        "withdraw": [
            r"(?:请)?(?:把|将)?(?P<thing>.+?)从(?P<rest>.+?)(?:下架|撤下|撤回|删除|移除).*",
            r"(?:请)?(?:把|将)(?P<thing>.+?)(?:下架|撤下|撤回).*",
            r"(?:下架|撤下|撤回)(?P<thing>.+)",
        ],
        "retry": [r"(?:请)?(?:重试|再试一次|再试)(?P<thing>.+)"],
    },
}
_COMPILED = [
    (language, action, re.compile(pattern.replace("{price}", _PRICE), re.IGNORECASE))
    for language, actions in _PATTERNS.items()
    for action, patterns in actions.items()
    for pattern in patterns
]

# What is left of "on eBay" when the marketplace is taken out.
_ON = "from|on|at|de|en|sur|von|bei|auf|aus|को|पर|से"
# Words around the name of a thing that do not name it.
_AROUND = re.compile(
    r"^(?:(?:my|the|this|that|our|of|listing|ad|posting|for|mi|mis|el|la|los|las|mon|ma|mes|le|les"
    r"|mein\w*|den|die|das|der|dem|des|anuncio|annonce|angebot|anzeige|मेर[ाीे]|को|我的|这个|那个)(?:\s+|(?<=[的个]))"
    r"|l['’]|de\s+|d['’])+"
    rf"|(?:\s+(?:listing|ad|posting|off|again|please|वाला|वाली|{_ON}))+$",
    re.IGNORECASE,
)
# What somebody offers, without its name.
_ANY = re.compile(
    r"(?:(?:all|of|my|the|mis?|mon|ma|mes|mein\w*|मेर[ाीे])\s+)*(?:listings?|ads?|postings?"
    r"|things|items|stuff|anuncios?|publicaci(?:ón|ones)|annonces?"
    r"|anzeigen?|inserate?[ns]?|angebote?[ns]?|लिस्टिंग|विज्ञापन|刊登|广告|商品)"
    rf"(?:\s+(?:for sale|{_ON}))*",
    re.IGNORECASE,
)
_IT = re.compile(
    r"it|they|that|this|them|that one|the failed one|failed one|failed ones|one|all|everything"
    r"|lo|la|los|eso|todo|el fallido|la fallida|(?:el|la|los) que fall\S+|que fall\S+"
    r"|ça|cela|tout|celui qui a échoué|celle qui a échoué|es|das|alles|(?:das )?fehlgeschlagene"
    r"|इसे|उसे|विफल|असफल|它|这个|全部|失败的(?:那个)?|那个失败的",
    re.IGNORECASE,
)
_NAMES = {
    "ebay": r"e-?bay",
    "craigslist": r"craig'?s ?list",
    "facebook": r"facebook(?: marketplace)?|fb",
    "poshmark": r"poshmark",
}
_POLITE = re.compile(
    r"^(?:please|could you|can you|por favor|s'il (?:te|vous) pla[iî]t|bitte|कृपया|请|麻烦)[,，]?\s*"
    r"|[\s,]*(?:please|por favor|s'il (?:te|vous) pla[iî]t|bitte|for me)?[\s.!。！]*$",
    re.IGNORECASE,
)


def read_order(utterance: Utterance) -> Understanding | None:
    """None for what is no such order: then it is read as everything else is."""
    if utterance.question is not None and utterance.question.field == CONFIRM_ORDER:
        return _answer(utterance)
    text = _POLITE.sub("", " ".join(utterance.text.split())).strip(" ¿?？")
    if not text or utterance.mode is Mode.BUYER:
        return None
    for language, action, pattern in _COMPILED:
        found = pattern.fullmatch(text)
        order = _order(action, found, text, utterance) if found else None
        if order is not None:
            return Understanding(
                intent=Intent.MANAGE,
                order=order,
                model="embedded",
                language=language if language != "en" else language_of(text, utterance.language),
            )
    return None


def _answer(utterance: Utterance) -> Understanding | None:
    """A yes or a no to the question whether an order is meant."""
    language = language_of(utterance.text, utterance.language)
    reading = read(utterance.text, language)
    if intents.confirms(reading):
        return Understanding(intent=Intent.CONFIRM, model="embedded", language=language)
    if intents.declines(reading):
        return Understanding(intent=Intent.DECLINE, model="embedded", language=language)
    return None


def _order(
    action: OrderAction, found: re.Match[str], text: str, utterance: Utterance
) -> Order | None:
    groups = found.groupdict()
    marketplace = _marketplace_in(text, utterance.posting_marketplaces)
    if "rest" in groups and _marketplace_in(groups["rest"], utterance.posting_marketplaces) is None:
        return None
    thing = _without(groups.get("thing") or "", utterance.posting_marketplaces)
    is_any = "every" in groups or _ANY.fullmatch(thing) is not None
    thing = "" if is_any else _name_of(thing)
    price = _amount(groups["price"]) if groups.get("price") else None
    if action == "reprice" and price is None:
        return None
    # "Take my listing down" means the draft, or what was just posted, before any other.
    has_it = utterance.listing is not None or _has_just_posted(utterance)
    every = is_any and (action == "status" or not has_it)
    if not every and _is_about_something_else(thing, utterance):
        return None
    return Order(action=action, thing=thing, every=every, marketplace=marketplace, price=price)


def _is_about_something_else(thing: str, utterance: Utterance) -> bool:
    """ "It" is the draft while there is one; else it must have been posted in this conversation."""
    draft = utterance.listing
    if draft is not None:
        return not thing or thing.casefold() in draft.title.casefold()
    return not thing and not _has_just_posted(utterance)


def _has_just_posted(utterance: Utterance) -> bool:
    return utterance.has_posted and utterance.flow is Mode.SELLER


def _without(text: str, names: Iterable[MarketplaceName]) -> str:
    for name in names:
        text = re.sub(rf"(?<!\w)(?:{_pattern_of(name)})(?!\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(text.split())


def _name_of(text: str) -> str:
    if _IT.fullmatch(text):
        return ""
    text = _AROUND.sub("", text).strip(" .,!?。，！？")
    return "" if _IT.fullmatch(text) else text


def _marketplace_in(text: str, names: Iterable[MarketplaceName]) -> MarketplaceName | None:
    for name in names:
        if re.search(rf"(?<![a-z]){_pattern_of(name)}(?![a-z])", text, re.IGNORECASE):
            return name
    return None


def _pattern_of(name: MarketplaceName) -> str:
    return f"(?:{_NAMES.get(name, re.escape(name).replace('_', '[ _]'))})"


def _amount(text: str) -> Decimal | None:
    """ "1,299", "1.299,50" and "450" alike; None for what could mean two amounts."""
    digits = re.sub(r"[^\d.,]", "", text).rstrip(".,")
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})*|\d+)(?:[.,](\d{1,2}))?", digits)
    if found is None:
        return None
    whole = re.sub(r"[.,]", "", found.group(1))
    amount = Decimal(f"{whole}.{found.group(2) or '0'}")
    return amount if Decimal(0) < amount <= Decimal(10_000_000) else None
