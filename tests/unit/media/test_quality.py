"""What is wrong with a photo, and which two are the same."""

import pytest
from PIL import Image, ImageDraw, ImageFilter

from adapters.media.quality import fingerprint, flaws
from talknshop.media import ImageAttributes, PhotoFlaw
from talknshop.photos import named_by_gtin, photo_advice
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


def offer(title: str, gtin: str = "") -> ProductResult:
    return ProductResult.model_validate(
        {
            "product_id": title,
            "title": title,
            "price": 10,
            "currency": "USD",
            "marketplace": "ebay",
            "deep_link": "https://example.com/1",
            "attributes": {"gtin": gtin} if gtin else {},
        }
    )


def test_a_thing_is_named_by_the_offers_with_its_very_number() -> None:
    offers = [
        offer("A cable for it"),
        offer("Sony WH-1000XM5 headphones, new, sealed", "04548736132566"),
        offer("Sony WH-1000XM5", "4548736132566"),
        offer("X", "4548736132573"),
    ]
    assert named_by_gtin("4548736132566", offers) == "Sony WH-1000XM5"
    assert named_by_gtin("4006381333931", offers) == ""
