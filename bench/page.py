"""How fast the page is there on a phone: `python -m bench.page`."""

import argparse
import asyncio
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from bench.figures import keep, show
from tests.browser.conftest import FLAGS, chromium_path
from tests.browser.person import PHONE
from tests.running import running_stack

# What Lighthouse takes for a phone on a slow 4G network.
LATENCY_MS = 150
BYTES_PER_S = 1_600_000 / 8
PROCESSOR_SLOWER = 4
# "Good" by https://web.dev/articles/vitals.
GOOD_LCP_MS = 2500
GOOD_CLS = 0.1

_VITALS = """
    window.vitals = {lcp: 0, cls: 0};
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.vitals.lcp = entry.startTime;
    }).observe({type: 'largest-contentful-paint', buffered: true});
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
            if (!entry.hadRecentInput) window.vitals.cls += entry.value;
    }).observe({type: 'layout-shift', buffered: true});
"""
_TRANSFERRED = """performance.getEntriesByType('resource')
    .filter(({name}) => name.endsWith('.js'))
    .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"""


async def measure(visits: int) -> list[dict[str, float]]:
    """One entry for each first visit, of somebody who was never here."""
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright, running_stack(Path(folder)) as stack:
            path = chromium_path(playwright)
            if path is None:
                sys.exit("no Chromium here: `apt-get install chromium` brings one")
            chromium = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            return [await _visit(chromium, stack.web) for _ in range(visits)]


async def _visit(chromium: Browser, address: str) -> dict[str, float]:
    context = await chromium.new_context(
        viewport={"width": PHONE.width, "height": PHONE.height},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
    )
    page = await context.new_page()
    await page.add_init_script(_VITALS)
    await _slow_down(page)
    await page.goto(address)
    await page.get_by_role("button", name="Find me a laptop").wait_for()
    await page.wait_for_load_state("networkidle")
    vitals: dict[str, float] = await page.evaluate("window.vitals")
    sent: float = await page.evaluate(_TRANSFERRED)
    await context.close()
    return {"lcp_ms": vitals["lcp"], "cls": vitals["cls"], "js_bytes": sent}


async def _slow_down(page: Page) -> None:
    tools = await page.context.new_cdp_session(page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": PROCESSOR_SLOWER})
    await tools.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_S,
            "uploadThroughput": BYTES_PER_S,
        },
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=9)
    visits = asyncio.run(measure(parser.parse_args().visits))
    keep("page", visits)
    rows = []
    for name, good in (("lcp_ms", GOOD_LCP_MS), ("cls", GOOD_CLS), ("js_bytes", 180 * 1024)):
        values = [visit[name] for visit in visits]
        figures = [
            f"{value:.3g}" if name == "cls" else f"{value:,.0f}"
            for value in (statistics.median(values), max(values))
        ]
        rows.append((name, *figures, f"{good:,}"))
    show("a first visit on a phone", ("", "median", "most", "good is"), rows)


if __name__ == "__main__":
    main()
