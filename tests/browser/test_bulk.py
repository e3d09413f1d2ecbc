"""A file of listings with errors: each named by its line, the rest posted, the result saved."""

import csv
import io
from pathlib import Path

from playwright.async_api import expect

from tests.browser.conftest import Meet
from tests.browser.person import BAD_ROW, DESKTOP, GOOD_ROW, PHONE


async def test_a_file_with_errors_is_shown_by_line_and_its_good_rows_are_posted(
    meet: Meet,
) -> None:
    person = await meet(DESKTOP)
    page = person.page
    await person.goes_to("Bulk upload")
    await person.uploads_listings(GOOD_ROW + BAD_ROW + GOOD_ROW.replace("L-1", "L-3"))
    upload = person.region("attic.csv")
    await upload.get_by_text("Waits for you").wait_for()
    row = upload.get_by_role("row").filter(has_text="price")
    assert (await row.get_by_role("cell").all_inner_texts())[:2] == ["3", "price"]
    await person.presses("Post 2 listings", upload)
    await upload.get_by_text("Done", exact=True).wait_for()
    await expect(upload.get_by_role("progressbar")).to_have_js_property("value", 2)
    async with page.expect_download() as saving:
        await person.presses("Save the result", upload)
    assert outcomes(await (await saving.value).path()) == [
        ("2", "live"),
        ("3", "invalid"),
        ("4", "live"),
    ]
    await page.reload()
    await person.region("attic.csv").get_by_text("Done", exact=True).wait_for()


async def test_an_upload_is_paused_resumed_and_cancelled(meet: Meet) -> None:
    person = await meet(PHONE)
    await person.goes_to("Bulk upload")
    rows = "".join(GOOD_ROW.replace("L-1", f"L-{number}") for number in range(300))
    await person.uploads_listings(rows)
    upload = person.region("attic.csv")
    await person.presses("Post 300 listings", upload)
    await person.presses("Pause", upload)
    await upload.get_by_text("Paused").wait_for()
    await person.presses("Go on", upload)
    await upload.get_by_text("Posting…").wait_for()
    await person.presses("Cancel the upload", upload)
    await person.presses("Cancel the upload", person.page.get_by_role("alertdialog"))
    await upload.get_by_text("Cancelled").wait_for()
    assert await person.nothing_is_cut_off()


async def test_a_file_that_is_no_list_of_listings_says_so(meet: Meet) -> None:
    person = await meet(DESKTOP)
    await person.goes_to("Bulk upload")
    await person.uploads_listings("", name="empty.csv")
    await person.region("empty.csv").get_by_text("no listings").wait_for()


def outcomes(saved: Path) -> list[tuple[str, str]]:
    """Line and status of each row of a result file."""
    lines = csv.DictReader(io.StringIO(saved.read_text("utf-8-sig")))
    return [(line["line"], line["status"]) for line in lines]
