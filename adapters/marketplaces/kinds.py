"""What kind of thing a listing is, and what each marketplace calls that kind."""

import re
from dataclasses import dataclass

from talknshop.listing import ListingSpec


@dataclass(frozen=True)
class Kind:
    """`name` is for people, `words` tell the kind. `ebay` is a leaf category id, `craigslist` the
    code without its last letter (a: by owner, d: by dealer), `google` a number of Google's product
    taxonomy, None where nothing fits."""

    name: str
    words: str
    ebay: str
    craigslist: str
    google: str | None


# The first kind with a word in the text wins, so special words stand before general ones.
KINDS = (
    Kind("Accessories", "case charger cable adapter protector", "9394", "el", "264"),
    Kind(
        "Headphones",
        "headphone headphones earbuds airpods headset earphones",
        "112529",
        "el",
        "543626",
    ),
    Kind("Smart watches", "smartwatch fitbit wearable", "178893", "el", "201"),
    Kind("Tablets", "tablet ipad kindle", "171485", "sy", "4745"),
    Kind(
        "Laptops",
        "laptop laptops notebook macbook thinkpad chromebook ultrabook",
        "177",
        "sy",
        "328",
    ),
    Kind("Desktop computers", "desktop imac workstation pc", "179", "sy", "325"),
    Kind("Monitors", "monitor display", "80053", "sy", "305"),
    Kind("Computer parts", "printer keyboard mouse router ssd gpu", "3676", "sy", "298"),
    Kind("Phones", "phone phones smartphone iphone pixel galaxy mobile", "9355", "mo", "267"),
    Kind("Televisions", "tv television", "11071", "el", "404"),
    Kind("Audio", "speaker speakers soundbar turntable amplifier receiver", "14990", "el", "249"),
    Kind("Lenses and tripods", "lens tripod", "3323", "ph", "149"),
    Kind("Cameras", "camera cameras dslr mirrorless gopro", "31388", "ph", "152"),
    Kind("Drones", "drone", "179697", "ph", "5996"),
    Kind("Game consoles", "playstation xbox nintendo switch ps5 console", "139971", "vg", "1294"),
    Kind("Games", "game games", "139973", "vg", "1279"),
    Kind("Guitars", "guitar bass ukulele", "33034", "ms", "54"),
    Kind("Musical instruments", "piano violin drum synthesizer instrument", "38069", "ms", "54"),
    Kind("Bicycles", "bike bicycle ebike", "177831", "bi", "1025"),
    Kind("Baby things", "stroller crib baby", "100982", "ba", "537"),
    Kind("Tools", "drill saw tool tools", "122827", "tl", "1167"),
    Kind(
        "Furniture",
        "sofa couch chair table desk bed dresser bookshelf furniture",
        "38204",
        "fu",
        "436",
    ),
    Kind("Appliances", "refrigerator washer dryer dishwasher oven appliance", "20713", "pp", "604"),
    Kind(
        "Kitchen and household",
        "blender coffee espresso mixer toaster kitchen vacuum",
        "20668",
        "hs",
        "730",
    ),
    Kind("Shoes", "shoes sneakers boots", "15709", "cl", "187"),
    Kind("Bags", "handbag purse backpack bag wallet", "169291", "cl", "3032"),
    Kind(
        "Clothing", "shirt dress jacket coat jeans sweater hoodie clothing", "57988", "cl", "1604"
    ),
    Kind("Watches", "watch watches", "31387", "jw", "201"),
    Kind("Jewellery", "ring necklace bracelet earrings jewelry", "261994", "jw", "188"),
    Kind("Toys", "lego toy toys doll puzzle", "19006", "ta", "1239"),
    Kind("Books", "book books novel textbook", "261186", "bk", "784"),
    Kind(
        "Sporting goods",
        "tent skis snowboard golf fishing treadmill dumbbell sports",
        "159136",
        "sg",
        "990",
    ),
    Kind("Car parts", "tire tires wheel brake bumper", "179680", "pt", "5613"),
    Kind("Electronics", "electronics computer", "175673", "el", "222"),
)

GENERAL = Kind("Everything else", "", "88433", "fo", None)


def kind_of(listing: ListingSpec) -> Kind:
    """By the seller's category, then by the title's words; GENERAL when neither tells."""
    for text in (listing.category, listing.title):
        words = set(re.findall(r"[a-z0-9]+", text.lower()))
        for kind in KINDS:
            if not words.isdisjoint(kind.words.split()):
                return kind
    return GENERAL
