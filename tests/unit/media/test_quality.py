"""What is wrong with a photo, which two are the same, and what contradicts the words."""

from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from adapters.media.quality import fingerprint, flaws
from talknshop.listing import ListingSpec
from talknshop.media import ImageAttributes, PhotoFlaw
from talknshop.model import Condition
from talknshop.photos import first_conflict, name_of, photo_advice, photos_kept, settled
from talknshop.products import ProductResult


def thing(background: str = "#d8d3c8", size: tuple[int, int] = (900, 1200)) -> Image.Image:
    image = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(image)
    width, height = size
    draw.rounded_rectangle((width * 0.3, height * 0.1, width * 0.7, height * 0.9), 40, "#3d5f86")
    for row in range(5):
        top = height * (0.2 + row * 0.12)
        draw.rectangle((width * 0.4, top, width * 0.6, top + height * 0.05), fill="white")
    return image


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(thing(), [], id="sharp"),
        pytest.param(thing().filter(ImageFilter.GaussianBlur(18)), ["blurred"], id="out of focus"),
        pytest.param(thing().point(lambda value: value // 8), ["dark"], id="in the dark"),
        pytest.param(thing(size=(300, 400)), ["small"], id="small"),
    ],
)
def test_a_flaw_that_a_buyer_would_mind_is_found(
    image: Image.Image, expected: list[PhotoFlaw]
) -> None:
    assert flaws(image) == expected


def test_a_black_thing_on_a_light_table_is_no_dark_photo() -> None:
    image = Image.new("RGB", (900, 900), "black")
    ImageDraw.Draw(image).rectangle((0, 0, 900, 120), fill="#eeeeee")
    assert "dark" not in flaws(image)


def seen(media_id: str, image: Image.Image) -> ImageAttributes:
    return ImageAttributes(
        media_id=media_id,
        width=image.width,
        height=image.height,
        flaws=flaws(image),
        fingerprint=fingerprint(image),
    )


def test_photos_are_named_by_their_place_in_the_listing() -> None:
    blurred = seen("b", thing().filter(ImageFilter.GaussianBlur(18)))
    turned = seen("t", thing().transpose(Image.Transpose.ROTATE_90))
    assert photo_advice(["t", "b"], [blurred, turned]) == [
        "Photo 2 is blurred: a sharp one sells better."
    ]


def test_the_same_picture_taken_twice_is_told_once() -> None:
    first = seen("1", thing())
    again = seen("2", thing().resize((890, 1190)).point(lambda value: min(255, value + 8)))
    other = seen("3", thing().transpose(Image.Transpose.ROTATE_90))
    assert photo_advice(["1", "2", "3"], [first, again, other]) == [
        "Photos 1 and 2 look the same: one of them is enough."
    ]


def test_a_photo_that_could_not_be_read_gets_no_advice() -> None:
    assert photo_advice(["unread"], []) == []


def offer(title: str, brand: str = "") -> ProductResult:
    return ProductResult.model_validate(
        {
            "product_id": title,
            "title": title,
            "price": 10,
            "currency": "USD",
            "marketplace": "ebay",
            "deep_link": "https://example.com/1",
            "attributes": {"brand": brand} if brand else {},
        }
    )


def test_a_thing_is_called_what_most_sellers_call_it() -> None:
    offers = [
        offer("NEW!!"),
        offer("Sony WH-1000XM5 headphones, new, sealed", brand="Sony"),
        offer("Sony WH-1000XM5 headphones", brand="Sony"),
        offer("L@@K sony wh-1000xm5 wow", brand="Unbranded"),
    ]
    assert name_of(offers) == ("Sony WH-1000XM5 headphones", "Sony")


def test_of_two_names_for_a_thing_the_shorter_is_taken() -> None:
    assert name_of([offer("Sony WH-1000XM5 black"), offer("Sony WH-1000XM5")])[0] == (
        "Sony WH-1000XM5"
    )
    assert name_of([]) == ("", "")


IPHONE = ListingSpec(
    title="iPhone 13", brand="Apple", condition=Condition.LIKE_NEW, media_refs=["1", "2"]
)
PHOTO = ImageAttributes(media_id="1", width=800, height=600)


@pytest.mark.parametrize(
    ("seen", "field", "what"),
    [
        ({"product": "Samsung Galaxy S21", "brand": "Samsung"}, "title", "Samsung Galaxy S21"),
        ({"product": "Apple iPhone 12 64GB", "brand": "Apple"}, "title", "Apple iPhone 12 64GB"),
        ({"brand": "Nokia"}, "brand", "Nokia"),
        ({"condition_hints": ["cracked screen", "dent"]}, "condition", "cracked screen, dent"),
    ],
    ids=["another brand", "another model", "print", "damage"],
)
def test_a_photo_of_something_else_contradicts_the_words(
    seen: dict[str, Any], field: str, what: str
) -> None:
    conflict = first_conflict(IPHONE, [PHOTO.model_copy(update=seen)], [])
    assert conflict is not None
    assert (conflict.field, conflict.seen) == (field, what)
    assert first_conflict(IPHONE, [PHOTO.model_copy(update=seen)], [conflict.key]) is None


@pytest.mark.parametrize(
    "seen",
    [
        {},
        {"product": "Apple iPhone 13 128GB Blue", "brand": "Apple"},
        {"brand": "apple"},
        {"dominant_colors": ["red"], "text": ["designed by somebody"]},
        {"media_id": "not of this listing", "brand": "Nokia"},
    ],
    ids=["nothing", "more of the same", "the brand", "colours and words", "another photo"],
)
def test_a_photo_that_says_no_other_thing_is_no_conflict(seen: dict[str, Any]) -> None:
    assert first_conflict(IPHONE, [PHOTO.model_copy(update=seen)], []) is None


def test_the_answer_settles_what_the_thing_is() -> None:
    photo = PHOTO.model_copy(update={"product": "Samsung Galaxy S21", "brand": "Samsung"})
    conflict = first_conflict(IPHONE, [photo], [])
    assert conflict is not None
    assert settled(IPHONE, conflict, "iPhone 13") == IPHONE
    other = settled(IPHONE, conflict, "Samsung Galaxy S21")
    assert (other.title, other.brand) == ("Samsung Galaxy S21", "Samsung")
    assert first_conflict(other, [photo], []) is None


PHONE = ListingSpec(title="iPhone 13", media_refs=["a", "b"])


@pytest.mark.parametrize(
    ("now", "kept"),
    [
        (ListingSpec(title="Sony headphones"), []),
        (ListingSpec(title="iPhone 13 128 GB"), ["a", "b"]),
        (ListingSpec(), ["a", "b"]),
        (ListingSpec(title="Handy", media_refs=["a", "b"]), ["a", "b"]),
    ],
    ids=["another thing", "said more exactly", "not named", "given another title"],
)
def test_another_thing_is_not_shown_by_the_photos_of_the_one_before(
    now: ListingSpec, kept: list[str]
) -> None:
    assert photos_kept(now, PHONE) == kept
