"""A Chromium for the browser tests, and pages that fail their test when the console complains."""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import av
import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Playwright, async_playwright, expect

from tests.browser.person import Person, Screen
from tests.running import Running

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
# What the browser itself says in the console of a gateway that is gone.
LOST = ("WebSocket connection to", "net::ERR_CONNECTION", "net::ERR_INTERNET_DISCONNECTED")
# What is waited for comes later on a machine that is busy; five seconds were too few for it.
expect.set_options(timeout=20_000)
RECORDING = ROOT / "tests" / "wire" / "media" / "keyboard.ogg"

# TALKNSHOP_SCREENSHOTS=docs/images takes the documentation's pictures anew.
SCREENSHOTS = os.environ.get("TALKNSHOP_SCREENSHOTS")


class Meet(Protocol):
    async def __call__(
        self,
        screen: Screen,
        *,
        language: str = "en-US",
        loses_connection: bool = False,
    ) -> Person: ...


@pytest.fixture(scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    """Its microphone hears the same words again and again."""
    async with async_playwright() as playwright:
        path = chromium_path(playwright)
        if path is None:
            pytest.skip("no Chromium here: `apt-get install chromium` brings one")
        heard = tmp_path_factory.mktemp("microphone") / "heard.wav"
        _as_wav(RECORDING, heard)
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={heard}"]
        chromium = await playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        await chromium.close()


def chromium_path(playwright: Playwright) -> str | None:
    """The system's, or the one that `playwright install chromium` has brought."""
    own = playwright.chromium.executable_path
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return found or (own if Path(own).exists() else None)


@pytest.fixture
async def meet(
    browser: Browser, stack: Running, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Meet]:
    """A new person on a screen of that size, with TalknShop open before them."""
    if not (ROOT / "web" / "dist" / "index.html").exists():
        pytest.fail("The web client is not built: run `make web` first.")
    folder = ROOT / SCREENSHOTS if SCREENSHOTS else tmp_path
    complaints: list[str] = []
    people: list[Person] = []

    async def new_person(
        screen: Screen,
        *,
        language: str = "en-US",
        loses_connection: bool = False,
    ) -> Person:
        def heard(message: ConsoleMessage) -> None:
            lost = loses_connection and any(words in message.text for words in LOST)
            if message.type == "error" and not lost:
                complaints.append(message.text)

        context = await browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            has_touch=screen.is_phone,
            is_mobile=screen.is_phone,
            device_scale_factor=2 if SCREENSHOTS else 1,
            reduced_motion="reduce",
            locale=language,
            permissions=["microphone"],
        )
        page: Page = await context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        person = Person(page, stack, folder)
        people.append(person)
        await page.goto(stack.web)
        return person

    yield new_person
    for person in people:
        await person.page.context.close()
    assert complaints == [], "the page complained in the console"


def _as_wav(recording: Path, wav: Path) -> None:
    with av.open(str(recording)) as source, av.open(str(wav), "w", format="wav") as target:
        stream = target.add_stream("pcm_s16le", rate=48_000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for resampled in resampler.resample(frame):
                target.mux(stream.encode(resampled))
        target.mux(stream.encode(None))
