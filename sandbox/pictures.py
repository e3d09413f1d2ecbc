"""Pictures of the products: a drawing of the kind of thing, in the product's colour."""

import colorsys
import re

from fastapi import APIRouter, HTTPException
from starlette.responses import Response

from sandbox.catalogue.goods import Offer, Product
from sandbox.drawings import DRAWINGS
from sandbox.world import TheWorld

router = APIRouter()

_COLOURS = {
    "(PRODUCT)RED": "#c8202f",
    "Bay Blue": "#8db4d9",
    "Beige": "#d9c7a7",
    "Black": "#33363d",
    "Blue": "#3b73c4",
    "Brass": "#b5964b",
    "Brown": "#7a5238",
    "Clear": "#cfe0ea",
    "Cream": "#eadfc6",
    "Denim": "#4a6a92",
    "Floral": "#d77a98",
    "Gold": "#cda84c",
    "Graphite": "#4e5258",
    "Gray": "#8b9099",
    "Green": "#4f8a5f",
    "Lavender": "#b7a8d8",
    "Midnight": "#283347",
    "Natural": "#d3a86a",
    "Navy": "#2b3e66",
    "Oak": "#c49a63",
    "Obsidian": "#2e2f33",
    "Orange": "#e07b34",
    "Phantom Black": "#2c2d33",
    "Pink": "#e6a3b3",
    "Porcelain": "#e8e3da",
    "Purple": "#7a5aa6",
    "Red": "#c43d3d",
    "Rose Gold": "#d9a79b",
    "Silver": "#b9bec6",
    "Space Gray": "#6a6d73",
    "Stainless Steel": "#a9b0b7",
    "Starlight": "#e5dfd3",
    "Sunburst": "#b5652b",
    "Tan": "#c19a6b",
    "Teal": "#2f8f92",
    "Walnut": "#6d4a33",
    "White": "#f0f1f3",
    "Yellow": "#e2b93b",
}


@router.get("/images/{name}.svg")
async def show_picture(name: str, world: TheWorld) -> Response:
    number = re.fullmatch(r"p(\d{5,12})", name)
    product = world.catalogue.product(int(number[1])) if number else None
    if product is None:
        raise HTTPException(404)
    headers = {"Cache-Control": "max-age=86400"}
    return Response(draw(product), media_type="image/svg+xml", headers=headers)


def picture_url(offer: Offer, base: str) -> str:
    return offer.image or f"{base}/images/{offer.product.slug}.svg"


def draw(product: Product) -> str:
    """A square SVG. Its classes: c the colour, d darker, l lighter, s a dark line, w a screen."""
    hue = product.number * 47 % 360
    # Things without a colour of their own (books, games) get one.
    colour = _COLOURS.get(product.colour) or _hex(hue / 360, 0.5, 0.5)
    dark, light = _shade(colour, 0.68), _tint(colour, 0.45)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" role="img">'
        f"<style>.c{{fill:{colour}}}.d{{fill:{dark}}}.l{{fill:{light}}}.w{{fill:url(#w)}}"
        f".s{{fill:none;stroke:{dark};stroke-width:6;stroke-linecap:round;stroke-linejoin:round}}"
        f".k{{fill:none;stroke:{colour};stroke-width:10;stroke-linecap:round;"
        "stroke-linejoin:round}</style><defs>"
        f'<radialGradient id="b"><stop offset="0" stop-color="{_hex(hue / 360, 0.98, 0.3)}"/>'
        f'<stop offset="1" stop-color="{_hex(hue / 360, 0.89, 0.35)}"/></radialGradient>'
        f'<linearGradient id="w" x2="1" y2="1"><stop stop-color="{_hex(hue / 360, 0.6, 0.6)}"/>'
        f'<stop offset="1" stop-color="{_hex((hue + 60) / 360, 0.35, 0.55)}"/></linearGradient>'
        '</defs><rect width="200" height="200" fill="url(#b)"/>'
        '<ellipse cx="100" cy="172" rx="64" ry="8" fill="#0002"/>'
        f"{DRAWINGS[product.kind.drawing]}</svg>"
    )


def _shade(colour: str, keep: float) -> str:
    return "#" + "".join(f"{int(value * keep):02x}" for value in bytes.fromhex(colour[1:]))


def _tint(colour: str, add: float) -> str:
    parts = bytes.fromhex(colour[1:])
    return "#" + "".join(f"{int(value + (255 - value) * add):02x}" for value in parts)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    parts = colorsys.hls_to_rgb(hue % 1, lightness, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
