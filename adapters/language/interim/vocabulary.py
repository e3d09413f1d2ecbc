"""The words that the rules know."""

from talknshop.model import Condition

BRANDS = {
    brand.lower(): brand
    for brand in (
        "Acer|Adidas|Alienware|Allbirds|Amazfit|Anker|Apple|Arcteryx|Asics|Asus|Audio-Technica|Beats|"
        "Bianchi|Black+Decker|Bosch|Bose|Braun|Breville|Brooks|Brother|Cannondale|Canon|Casio|Citizen|"
        "Columbia|Converse|Corsair|Craftsman|Cuisinart|Dell|DeLonghi|DeWalt|DJI|Dyson|Ecovacs|"
        "Epson|Fender|Fitbit|Fossil|Framework|Fujifilm|Garmin|Gibson|Giant|GoPro|Hasbro|Herman Miller|"
        "Hisense|Hitachi|Hoka|Hoover|HP|HTC|Huawei|Hamilton Beach|Ikea|Instant Pot|iRobot|JBL|Jura|"
        "KitchenAid|Keurig|Kodak|Lego|Leica|Lenovo|Levi's|LG|Logitech|Makita|Marshall|Mattel|Microsoft|"
        "Milwaukee|Motorola|MSI|Nespresso|New Balance|Nikon|Nike|Ninja|Nintendo|Nokia|Nothing|"
        "Nvidia|Olympus|OnePlus|Oppo|Orient|Osprey|Oura|Panasonic|Patagonia|Pentax|Philips|Pioneer|"
        "Polaroid|Puma|Razer|Ray-Ban|Realme|Reebok|Ricoh|Rolex|Roku|Roomba|Ryobi|Saeco|Salomon|Samsung|"
        "Saucony|Schwinn|Seiko|Sennheiser|Shark|Shimano|Shure|Skechers|Skil|Sonos|Sony|Specialized|"
        "Stanley|SteelSeries|Sunbeam|Surly|Swatch|TCL|The North Face|Timberland|Timex|Toshiba|Trek|"
        "Ugg|Under Armour|Vans|Vitamix|Vizio|Weber|Whirlpool|Xiaomi|Yamaha|Yeti|Zojirushi"
    ).split("|")
}

# Product lines that name their maker.
LINES = {
    "iphone": "Apple",
    "ipad": "Apple",
    "macbook": "Apple",
    "imac": "Apple",
    "airpods": "Apple",
    "galaxy": "Samsung",
    "pixel": "Google",
    "thinkpad": "Lenovo",
    "playstation": "Sony",
    "ps5": "Sony",
    "ps4": "Sony",
    "xbox": "Microsoft",
    "surface": "Microsoft",
    "kindle": "Amazon",
}

SPELLINGS = {
    "iphone": "iPhone",
    "ipad": "iPad",
    "imac": "iMac",
    "macbook": "MacBook",
    "airpods": "AirPods",
    "playstation": "PlayStation",
    "ps5": "PS5",
    "ps4": "PS4",
    "xbox": "Xbox",
    "thinkpad": "ThinkPad",
    "tv": "TV",
    "galaxy": "Galaxy",
    "kindle": "Kindle",
    "pro": "Pro",
    "max": "Max",
    "mini": "Mini",
    "air": "Air",
    "ultra": "Ultra",
    "plus": "Plus",
}

COLORS = frozenset(
    "black white silver gray grey gold red blue green yellow pink purple orange brown beige"
    " navy teal turquoise rose bronze graphite midnight".split()
)

# Sellers' words, the longest first where one contains another.
CONDITIONS: tuple[tuple[str, Condition], ...] = (
    (r"for parts|not working|doesn'?t work|broken|dead|won'?t turn on", Condition.FOR_PARTS),
    (r"brand[- ]new|unopened|still sealed|sealed|never used|nwt|new with tags", Condition.NEW),
    (r"open[- ]box", Condition.OPEN_BOX),
    (r"refurbished|renewed|refurb", Condition.REFURBISHED),
    (
        r"like[- ]new|as new|mint|barely used|hardly used|excellent|near perfect|used once",
        Condition.LIKE_NEW,
    ),
    (
        r"fair|acceptable|worn|well[- ]used|heavily used|cracked screen|cracked|scratched up"
        r"|poor|some damage|dented",
        Condition.FAIR,
    ),
    (
        r"very good|good|great shape|great|decent|works fine|works well|works great|gently used"
        r"|lightly used|some scratches|minor scratches|used",
        Condition.GOOD,
    ),
    (r"new", Condition.NEW),
)

# Words of a condition that a buyer wants to read as they were said.
NOTES = r"cracked screen|cracked|scratches|scratched up|dented|battery \d+ ?%|some damage|stain\w*"

# Coarse kinds that the marketplaces' own categories are chosen by; the first match counts.
CATEGORIES: tuple[tuple[str, str], ...] = (
    ("phones", r"iphone|phone|smartphone|galaxy s\d|pixel \d|oneplus"),
    ("laptops", r"laptop|macbook|notebook|chromebook|thinkpad"),
    ("tablets", r"tablet|ipad|kindle"),
    ("headphones", r"headphone|earbud|airpods|headset|earphone"),
    ("cameras", r"camera|lens|gopro|dslr"),
    ("monitors", r"monitor"),
    ("tvs", r"\btv\b|television"),
    ("games", r"playstation|ps[45]|xbox|nintendo|console|video game"),
    ("shoes", r"shoe|sneaker|boot|sandal|heels"),
    ("watches", r"watch"),
    ("bikes", r"\bbike|bicycle"),
    ("furniture", r"sofa|couch|table|chair|desk|bookshelf|dresser|bed\b|shelf|lamp"),
    ("clothing", r"jacket|coat|dress|shirt|jeans|sweater|hoodie|skirt|pants"),
    ("toys", r"toy|lego|doll|puzzle"),
    ("books", r"book|novel|textbook"),
    ("tools", r"drill|saw|hammer|tool|sander"),
    ("kitchen", r"coffee|espresso|blender|mixer|toaster|cookware|kettle|air fryer"),
    ("electronics", r"speaker|router|printer|charger|keyboard|mouse|drone"),
)

FILLERS = frozenset(
    "a an the i i'm im id i'd me my you your we it its it's is are was be am this that these those"
    " find search searching show look looking for buy buying purchase get getting want wanted need"
    " needs would like some any something anything please can could will to of with and or in on"
    " at by from as so just really very kind sort good nice decent great best hi hello hey thanks"
    " thank also one ones do does have has help there them under over about around only instead"
    " what how maybe ok okay yes well actually which who price priced prices budget cost costs"
    " costing than less more most cheap affordable than first me: option options got give recommend"
    " suggest us if but not no online deal deals".split()
)
