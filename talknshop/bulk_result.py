"""The result file of a bulk upload: a line for each listing on a marketplace, or each error."""

import csv
import io
from collections.abc import Iterable

from talknshop.bulk import RowError, RowOutcome
from talknshop.messages import in_words

COLUMNS = ("line", "reference", "title", "marketplace", "status", "link", "message", "job_id")


def result_csv(
    errors: Iterable[RowError], outcomes: Iterable[RowOutcome], language: str = "en"
) -> bytes:
    """In the order of the file's lines, its messages in that language.

    UTF-8 with the mark that spreadsheet programs look for.
    """
    lines: list[tuple[int, tuple[str, ...]]] = [
        (error.line, ("", "", error.marketplace, "invalid", "", _sentence(error, language), ""))
        for error in errors
    ]
    for row in outcomes:
        lines += [
            (
                row.line,
                (
                    row.reference,
                    row.title,
                    listing.marketplace,
                    listing.status.value,
                    listing.link,
                    in_words(listing.message, language),
                    row.job_id,
                ),
            )
            for listing in row.listings
        ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for line, cells in sorted(lines, key=lambda entry: entry[0]):
        writer.writerow([line, *map(_harmless, cells)])
    return text.getvalue().encode("utf-8-sig")


def _sentence(error: RowError, language: str) -> str:
    rule = in_words(error.rule, language)
    return f"{error.field}: {rule}" if error.field else rule


def _harmless(cell: str) -> str:
    """A cell that begins like a formula would be run by spreadsheet programs: not with a quote."""
    is_formula = cell.lstrip().startswith(("=", "+", "-", "@")) or cell[:1].isspace()
    return f"'{cell}" if is_formula else cell
