"""The words that shoppers use: things, brands, colours, features."""

# Category -> words that name a thing of it. A word may stand in one category only.
_THINGS = {
    "phones": "phone smartphone cellphone iphone pixel galaxy mobile android handset",
    "laptops": "laptop notebook macbook thinkpad chromebook ultrabook zenbook",
    "tablets": "tablet ipad kindle ereader e-reader",
    "computers": "computer desktop pc imac mac monitor display printer scanner keyboard mouse mice"
    " router modem ssd gpu cpu webcam motherboard drive processor ram server graphics",
    "headphones": "headphone headphones earbuds earbud airpods headset earphones earphone earpods",
    "cameras": "camera dslr mirrorless gopro camcorder lens tripod drone binoculars projector"
    " telescope",
    "tvs": "tv television",
    "speakers": "speaker soundbar turntable amplifier receiver subwoofer stereo record vinyl",
    "games": "console playstation ps5 ps4 ps3 xbox nintendo switch wii gameboy game videogame"
    " controller puzzle steamdeck",
    "watches": "watch smartwatch wristwatch fitbit chronograph",
    "shoes": "shoe shoes sneaker boot sandal heel loafer slipper trainer cleat footwear flats",
    "clothing": "shirt t-shirt tshirt tee dress jacket coat jeans pants trousers sweater hoodie"
    " sweatshirt skirt suit blazer shorts leggings socks underwear bra scarf hat cap beanie gloves"
    " belt tie jersey vest cardigan blouse gown swimsuit bikini pajamas clothes clothing uniform"
    " costume parka raincoat jumper polo sunglasses umbrella",
    "bags": "bag handbag purse backpack wallet tote suitcase luggage duffel briefcase rucksack",
    "jewelry": "ring necklace bracelet earrings earring jewelry pendant brooch",
    "furniture": "sofa couch chair table desk bed dresser bookshelf bookcase furniture mattress"
    " stool bench wardrobe cabinet shelf loveseat nightstand recliner ottoman futon crib",
    "kitchen": "blender coffee espresso mixer toaster kitchen fryer microwave cookware pan pot"
    " skillet knife kettle grinder juicer plate mug bowl cutlery rice cooker cup bottle tumbler",
    "home": "lamp light rug carpet curtain pillow blanket mirror clock vase candle purifier fan"
    " heater humidifier vacuum hoover bulb towel sheets duvet quilt frame painting plant planter",
    "appliances": "refrigerator fridge freezer washer dryer dishwasher oven stove appliance"
    " conditioner washing machine",
    "bikes": "bike bicycle ebike e-bike scooter e-scooter tricycle skateboard longboard",
    "tools": "drill saw tool hammer wrench screwdriver sander ladder toolbox grill barbecue bbq"
    " smoker mower lawnmower trimmer chainsaw generator compressor pliers",
    "toys": "toy lego doll plush barbie teddy bear figurine playset blocks",
    "baby": "stroller pram buggy carseat highchair diaper pacifier",
    "books": "book novel textbook paperback hardcover comic manga magazine cookbook",
    "music": "guitar bass ukulele piano violin drum drums synthesizer saxophone trumpet flute cello"
    " microphone",
    "sports": "tent skis snowboard golf fishing treadmill dumbbell dumbbells kettlebell racket"
    " helmet surfboard kayak barbell yoga mat weights football basketball hammock",
    "pets": "leash kennel aquarium litter cat dog puppy",
    "parts": "tire tyre wheel brake bumper rim windshield",
    "accessories": "case charger cable adapter protector cover strap stand mount dock sleeve"
    " battery toner ink stylus hub powerbank",
    "electronics": "electronics gadget radio thermostat doorbell alexa echo roku chromecast vcr",
    "beauty": "perfume cologne makeup lipstick shampoo razor shaver hairdryer straightener",
    "other": "gift present car motorcycle truck van ticket poster card stamp coin art antique"
    " collectible filter",
}

CATEGORY_OF = {word: name for name, words in _THINGS.items() for word in words.split()}

# Part of another thing's name: "case for iPhone 13" is a case.
ACCESSORIES = frozenset(_THINGS["accessories"].split()) | {
    *"lens bag game controller filter cover parts part remote keyboard wheel tripod".split()
}

SCREENS = frozenset({"tvs", "computers", "laptops", "tablets", "phones", "cameras"})

# As people write them.
BRANDS = (
    "Acer, Adidas, Alienware, Anker, Apple, Arc'teryx, ASICS, ASUS, Audio-Technica, Autel, Aventon,"
    " Bang & Olufsen, Beats, Beelink, BenQ, Birkenstock, Bissell, BLACK+DECKER, Blackstone,"
    " Blueair, Bosch, Bose, Bowflex, Braun, Breville, Brother, Brooks, Burberry, Calphalon,"
    " Calvin Klein, Cannondale, Canon, Carhartt, Cartier, Casetify, Casio, Casper, Champion,"
    " Chanel, Chicco, Citizen, Clarks, Coach, Coleman, Columbia, Converse, Corsair, Cosori, Crocs,"
    " Crosley, Crucial, Cuisinart, De'Longhi, Dell, DEWALT, Disney, DJI, Dr. Martens, Dyson, Ecco,"
    " Electrolux, Epiphone, Epson, Fender, Fisher-Price, Fitbit, FlexiSpot, Fluance, Ford, Fossil,"
    " Framework, Frigidaire, Fujifilm, Furhaven, Garmin, Gibson, Giant, Gigabyte, Google, GoPro,"
    " Gotrax, Graco, Gucci, Hasbro, Herman Miller, Herschel, Hisense, Hitachi, HOKA, Honda,"
    " Honeywell, HP, HTC, Huawei, Huffy, Ibanez, IKEA, Insta360, Intel, iRobot, Jabra, JanSport,"
    " JBL, Karcher, Kate Spade, Kenwood, Keurig, Keychron, KitchenAid, Kobo, Kodak, Le Creuset,"
    " Lectric, LEGO, Leica, Lenovo, Levi's, Levoit, LG, Linenspa, Logitech, Longchamp,"
    " Louis Vuitton, Lululemon, Magna-Tiles, Makita, Marshall, Mattel, Maytag, Merrell,"
    " Michael Kors, Microsoft, Miele, Milwaukee, Motorola, Mr. Coffee, MSI, Nespresso, NETGEAR,"
    " New Balance, Nike, Nikon, Ninja, Nintendo, Nokia, Nothing, NutriBullet, Nvidia, Oakley,"
    " Omega, OnePlus, Oppo, Orient, Osprey, OtterBox, Panasonic, Patagonia, Peloton, Philips,"
    " Pioneer, Polaroid, Prada, Puma, Ralph Lauren, Ravensburger, Ray-Ban, Razer, Realme, Reebok,"
    " Ricoh, Roborock, Roku, Roland, Rolex, Ryobi, Salomon, Samsung, SanDisk, Saucony, Schwinn,"
    " Seagate, Sealy, Secretlab, Segway, Seiko, Sennheiser, Serta, Shark, Sharp, Shimano, Siemens,"
    " SKIL, Skullcandy, Sonos, Sony, Specialized, Spigen, Stanley, Steelcase, SteelSeries, Swatch,"
    " T-fal, TCL, Tempur-Pedic, The North Face, Timberland, Timex, Tissot, Tommy Hilfiger, Toshiba,"
    " TP-Link, Traeger, Trek, UGG, Under Armour, UPPAbaby, Valve, Vans, Versace, Victrola, Vitamix,"
    " Vizio, Weber, Western Digital, Whirlpool, Wilson, WORX, Wrangler, Xiaomi, Yamaha, Yeti, Zara,"
    " Zinus"
).split(", ")

BRAND_ALIASES = {
    "levis": "Levi's",
    "doc martens": "Dr. Martens",
    "dr martens": "Dr. Martens",
    "north face": "The North Face",
    "wd": "Western Digital",
    "black and decker": "BLACK+DECKER",
    "black & decker": "BLACK+DECKER",
    "hewlett packard": "HP",
    "delonghi": "De'Longhi",
    "rayban": "Ray-Ban",
    "ray ban": "Ray-Ban",
    "tp link": "TP-Link",
    "fuji": "Fujifilm",
    "one plus": "OnePlus",
}

# Brands that are words: taken as one when capitalised, or near a thing that the brand makes.
WORDS_TOO = {
    "beats": {"headphones", "earbuds", "studio", "solo"},
    "brother": {"printer", "sewing"},
    "champion": {"hoodie", "sweatshirt", "shirt", "shorts"},
    "citizen": {"watch"},
    "coach": {"bag", "purse", "handbag", "wallet", "tote"},
    "columbia": {"jacket", "coat"},
    "converse": {"shoe", "shoes", "sneaker"},
    "crucial": {"ssd", "ram", "drive"},
    "disney": {"toy", "doll", "plush", "princess"},
    "ford": {"car", "truck"},
    "fossil": {"watch", "bag"},
    "framework": {"laptop"},
    "giant": {"bike", "bicycle"},
    "marshall": {"speaker", "amp"},
    "ninja": {"blender", "fryer", "coffee", "grill"},
    "nothing": {"phone", "ear"},
    "omega": {"watch"},
    "orient": {"watch"},
    "pioneer": {"receiver", "turntable", "stereo"},
    "shark": {"vacuum", "steam"},
    "sharp": {"tv", "television", "microwave"},
    "specialized": {"bike", "bicycle"},
    "stanley": {"cup", "tumbler", "bottle", "thermos"},
    "trek": {"bike", "bicycle"},
    "valve": {"steam", "index"},
    "vans": {"shoe", "shoes", "sneaker"},
    "wilson": {"racket"},
}

# The maker that a product line gives away.
LINES = {
    "iphone": "Apple", "ipad": "Apple", "macbook": "Apple", "airpods": "Apple", "imac": "Apple",
    "galaxy": "Samsung", "pixel": "Google", "thinkpad": "Lenovo", "ideapad": "Lenovo",
    "xps": "Dell", "inspiron": "Dell", "playstation": "Sony", "ps5": "Sony", "ps4": "Sony",
    "bravia": "Sony", "xbox": "Microsoft", "surface": "Microsoft", "kindle": "Amazon",
    "quietcomfort": "Bose", "roomba": "iRobot", "zenbook": "ASUS", "gameboy": "Nintendo",
    "wii": "Nintendo", "jordans": "Nike", "wh-1000xm4": "Sony", "wh-1000xm5": "Sony",
    "ultrasharp": "Dell", "pavilion": "HP", "vivobook": "ASUS",
}  # fmt: skip

SPELLING = {
    "iphone": "iPhone", "iphones": "iPhones", "ipad": "iPad", "ipads": "iPads", "imac": "iMac",
    "macbook": "MacBook", "macbooks": "MacBooks", "airpods": "AirPods", "tv": "TV", "tvs": "TVs",
    "ps5": "PS5", "ps4": "PS4", "playstation": "PlayStation", "xbox": "Xbox", "pc": "PC",
    "ssd": "SSD", "gpu": "GPU", "galaxy": "Galaxy", "pixel": "Pixel", "kindle": "Kindle",
    "thinkpad": "ThinkPad", "lego": "LEGO", "gopro": "GoPro", "rtx": "RTX", "usb": "USB",
    "oled": "OLED", "qled": "QLED", "xps": "XPS", "dslr": "DSLR", "bmx": "BMX", "hdmi": "HDMI",
}  # fmt: skip

COLOURS = frozenset(
    "black white silver gray grey gold red blue green yellow orange purple pink brown beige navy"
    " teal turquoise maroon burgundy cream ivory tan khaki olive lavender midnight starlight"
    " graphite bronze copper charcoal magenta cyan violet".split()
)

# Describe a thing well enough to search with, whatever the thing.
FEATURES = frozenset(
    "wireless bluetooth wired waterproof water-resistant noise cancelling canceling"
    " noise-cancelling noise-canceling anc gaming mechanical ergonomic cordless leather oled qled"
    " 4k 8k hd 1080p 1440p touchscreen touch screen unlocked portable foldable folding electric"
    " curved rgb usb-c smart adjustable standing mens men's womens women's kids children's baby"
    " vintage antique wooden wood metal steel cotton wool vegan organic mini compact lightweight"
    " heavy duty outdoor indoor trail running hiking road mountain hybrid acoustic digital analog"
    " automatic manual 5g wifi wi-fi backlit over-ear in-ear on-ear inkjet laser ultrawide"
    " full-frame".split()
)

# Words that carry no wish when they stand at the edge of one.
FILLER = frozenset(
    "a about actually all also am an and another any anybody anyone anything are around as at be"
    " been best better bit browse budget but buy can can't check could cheap currently deal deals"
    " decent different do does don't else ever everything exactly fairly few find finding first for"
    " from get getting give go going gonna good got great had has have having hello help hey hi how"
    " hunt hunting i i'd i'll i'm i've ideally if im in instead interested is it its it's just kind"
    " kinda like list look looking lot many max maybe me mean might min more most much my near need"
    " needs new nice no not now of off offer offers ok okay old on one ones online only option"
    " options or other our out over perhaps please pls possibly prefer preferably pretty price"
    " priced prices probably purchase quality quite rather really recommend recommendation"
    " recommendations right sale same search searching see seeking shall she shop shopping should"
    " show so some somebody someone something somewhere sort sorry spend stuff suggest suggestions"
    " sure tell than thanks thank that that's the their them then there these they thing things"
    " think this those to too trying try type um uh us use very wait wanna want wants was we well"
    " were what what's whats when where which who will wish with within would wouldn't yeah yes"
    " you your yourself cost costs costing worth pay paid total per up down least between under"
    " below above money available stock buying add make made change keep let condition ship"
    " shipping hmm hm oh either both whichever whatever star stars rated rating ratings review"
    " reviews".split()
)


def singular(word: str) -> str:
    """`watches` watch, `tvs` tv, `bikes` bike; what is no plural stays."""
    if word in CATEGORY_OF or len(word) < 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and word.removesuffix(ending) + instead in CATEGORY_OF:
            return word.removesuffix(ending) + instead
    return word.removesuffix("s")


def category_of(word: str) -> str | None:
    """The category of the thing that a word names, if it names one."""
    lowered = word.lower()
    return CATEGORY_OF.get(lowered) or CATEGORY_OF.get(singular(lowered))
