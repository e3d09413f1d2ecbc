"""What a person does on the page, in their words."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from playwright.async_api import FilePayload, Locator, Page

from tests.running import Running


@dataclass(frozen=True)
class Screen:
    name: str
    width: int
    height: int

    @property
    def is_phone(self) -> bool:
        return self.width < 600


AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
# A colour that is inherited changes from frame to frame, the deeper the later.
_SETTLED = """async () => {
    for (let calm = 0; calm < 3; calm++) {
        await new Promise(requestAnimationFrame);
        if (document.getAnimations().some(each => each instanceof CSSTransition)) calm = -1;
    }
}"""
# Not `wait_for_function`: what it looks at again and again, the page's policy forbids to evaluate.
_PICTURES = """() => Promise.all([...document.images]
    .filter(each => !each.complete && each.loading !== 'lazy')
    .map(each => new Promise(done => ['load', 'error'].forEach(
        end => each.addEventListener(end, done, { once: true })))))"""
_FAULTS = """async () => (await axe.run()).violations.flatMap(
    ({ id, nodes }) => nodes.map(
        ({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message}`
    )
)"""

ROW_HEADER = "sku,title,price,condition,zip,marketplaces\n"
GOOD_ROW = "L-1,Desk lamp,20,good,98101,craigslist\n"
BAD_ROW = "L-2,Shelf,-1,good,98101,craigslist\n"

DESKTOP = Screen("desktop", 1440, 900)
PHONE = Screen("phone", 390, 844)
SHADES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass
class Person:
    page: Page
    stack: Running
    folder: Path

    async def says(self, words: str) -> None:
        field = self.page.get_by_role("textbox", name="Message", exact=True)
        await field.fill(words)
        await field.press("Enter")

    async def presses(self, name: str, within: Locator | None = None) -> None:
        await (within or self.page).get_by_role("button", name=name).last.click()

    async def fills(self, label: str, value: str) -> None:
        await self.page.get_by_label(label, exact=True).fill(value)

    async def adds_photos(self, count: int = 1, shown_as: str = "Photos to send") -> None:
        photos = [
            FilePayload(name=f"phone{n}.jpg", mimeType="image/jpeg", buffer=a_photo_of_a_phone(n))
            for n in range(count)
        ]
        await self.page.locator("input[type=file][multiple]").set_input_files(photos)
        # The progress bar goes once the photo is up.
        shown = self.page.get_by_role("list", name=shown_as).locator("img")
        await shown.nth(count - 1).wait_for()
        await self.page.get_by_role("progressbar").first.wait_for(state="detached")

    async def uploads_listings(self, rows: str, name: str = "attic.csv") -> None:
        """A file of listings, on the page of bulk uploads."""
        content = (ROW_HEADER + rows).encode()
        file = FilePayload(name=name, mimeType="text/csv", buffer=content)
        await self.page.locator("input[type=file]").set_input_files(file)

    async def goes_to(self, page: str) -> None:
        if self.is_on_a_phone:
            await self.presses("Open the menu")
        await self.page.get_by_role("link", name=page, exact=True).click()
        await self.page.get_by_role("heading", name=page, level=1).wait_for()

    @property
    def is_on_a_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] < 600

    async def in_the(self, shade: Literal["light", "dark"]) -> None:
        await self.page.emulate_media(color_scheme=shade)
        # Colours between two shades belong to neither.
        await self.page.evaluate(_SETTLED)

    async def faults(self) -> list[str]:
        """What axe finds that keeps somebody out: WCAG 2.2 AA and its own best practices."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(f"{AXE.read_text(encoding='utf-8')}\n;0")
        found: list[str] = await self.page.evaluate(_FAULTS)
        return found

    async def sees(self, words: str) -> Locator:
        found = self.page.get_by_text(words).first
        await found.wait_for()
        return found

    async def answer_is_written(self) -> None:
        """The turn is over: there is nothing to stop any more."""
        await self.page.get_by_role("region", name="Offers").first.wait_for()
        await self.page.get_by_role("button", name="Stop", exact=True).wait_for(state="detached")

    def region(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name).last

    async def photographs(self, name: str) -> None:
        await self.page.evaluate(_PICTURES)
        self.folder.mkdir(parents=True, exist_ok=True)
        await self.page.mouse.move(0, 0)
        await self.page.screenshot(path=self.folder / f"{name}.png")

    async def nothing_is_cut_off(self) -> bool:
        """Whether the page is no wider than the screen."""
        fits: bool = await self.page.evaluate(
            "document.documentElement.scrollWidth <= window.innerWidth"
        )
        return fits


def a_photo_of_a_phone(number: int = 0) -> bytes:
    """Each number on another table: the same photo twice would be one upload."""
    image = Image.new("RGB", (900, 1200), ("#d8d3c8", "#c9d3d8", "#d8c9cf")[number % 3])
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((285, 165, 655, 1075), 60, fill="#b9b3a5")
    draw.rounded_rectangle((265, 145, 635, 1055), 60, fill="#20262e")
    draw.rounded_rectangle((275, 155, 625, 1045), 52, fill="#3d5f86")
    draw.rounded_rectangle((300, 180, 450, 330), 40, fill="#34527a")
    for left, top in ((315, 195), (380, 260)):
        draw.ellipse((left, top, left + 56, top + 56), fill="#15181d")
        draw.ellipse((left + 18, top + 18, left + 38, top + 38), fill="#2c4460")
    data = io.BytesIO()
    image.save(data, "JPEG", quality=88)
    return data.getvalue()
