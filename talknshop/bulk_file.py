"""Reads a file of listings, CSV or JSON lines, as people's programs really write them."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from talknshop.bulk import MAX_ROWS, BulkRow, RowError
from talknshop.fields import path_of, rule_said
from talknshop.listing import ListingSpec
from talknshop.messages import Sentence, in_words, sentence
from talknshop.model import Condition

_COLUMNS = {
    "reference": "reference|ref|sku|id|custom label|custom label sku|item number",
    "title": "title|name|item|product|item title|product title|item name|product name",
    "description": "description|desc|details|item description|product description|text",
    "category": "category|category name|kind|product type|type",
    "brand": "brand|make|manufacturer",
    "price": "price|start price|listing price|asking price|buy it now price|amount|price usd",
    "currency": "currency|currency code",
    "condition": "condition|item condition|state",
    "condition_notes": "condition notes|condition description|notes|wear",
    "quantity": "quantity|qty|stock|available quantity|count",
    "media_refs": "photos|photo|images|image|media|media refs|media ids|pictures",
    "target_marketplaces": "marketplaces|target marketplaces|marketplace|channels|sites",
    "postal_code": "postal code|zip|zip code|postcode|location postal code",
    "country": "country|country code|location country",
    "shipping": "shipping|delivery",
}
_FIELD_OF = {alias: name for name, aliases in _COLUMNS.items() for alias in aliases.split("|")}
_ATTRIBUTE = re.compile(r"^\s*(?:attr(?:ibute)?|c)\s*[:.]\s*(\S.*?)\s*$", re.I)

_CONDITIONS = {
    "brand new": Condition.NEW,
    "new with tags": Condition.NEW,
    "nwt": Condition.NEW,
    "new other": Condition.OPEN_BOX,
    "opened": Condition.OPEN_BOX,
    "renewed": Condition.REFURBISHED,
    "seller refurbished": Condition.REFURBISHED,
    "certified refurbished": Condition.REFURBISHED,
    "used like new": Condition.LIKE_NEW,
    "excellent": Condition.LIKE_NEW,
    "used good": Condition.GOOD,
    "very good": Condition.GOOD,
    "used fair": Condition.FAIR,
    "acceptable": Condition.FAIR,
    "parts": Condition.FOR_PARTS,
    "for parts or not working": Condition.FOR_PARTS,
    "not working": Condition.FOR_PARTS,
    "salvage": Condition.FOR_PARTS,
}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_DELIMITERS = ",;\t|"
_URL = re.compile(r"https?://", re.I)


class UnreadableFile(Exception):  # noqa: N818
    """Nothing of the file can be used; `said` is one sentence for the person."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(in_words(said, "en"))
        self.said = said


@dataclass
class BulkFile:
    """Good rows, and every error by line and field."""

    rows: list[BulkRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return len(self.rows) + len({error.line for error in self.errors})


def read_file(data: bytes) -> BulkFile:
    """Raises UnreadableFile for what is no list of 1 to 10,000 listings at all."""
    text = _text(data)
    if not text.strip():
        raise UnreadableFile(sentence("csv_empty"))
    file = BulkFile()
    if text.lstrip().startswith(("{", "[")):
        records = _json_records(text, file)
    else:
        records = _csv_records(text, file)
    references: dict[str, int] = {}
    for number, (line, fields) in enumerate(records, start=1):
        if number > MAX_ROWS:
            raise UnreadableFile(sentence("csv_too_many", most=f"{MAX_ROWS:,}"))
        _take(file, line, fields, references)
    if not file.total:
        raise UnreadableFile(sentence("csv_no_listings"))
    return file


def _text(data: bytes) -> str:
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableFile(sentence("csv_spreadsheet"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        # Old spreadsheet programs write the code page of Western Windows.
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise UnreadableFile(sentence("csv_no_text"))


def _json_records(text: str, file: BulkFile) -> Iterator[tuple[int, dict[str, Any]]]:
    # Not splitlines(): it would also split at characters that JSON allows inside strings.
    for line, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        try:
            record = json.loads(raw)
        except ValueError:
            file.errors.append(RowError(line=line, rule=sentence("csv_no_json")))
            continue
        if isinstance(record, dict):
            yield line, record
        else:
            file.errors.append(RowError(line=line, rule=sentence("csv_no_json")))


def _csv_records(text: str, file: BulkFile) -> Iterator[tuple[int, dict[str, Any]]]:
    text, skipped, delimiter = _dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    ended = 0
    while True:
        line = ended + 1 + skipped
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile(sentence("csv_unclosed", line=line, why=str(error))) from error
        ended = reader.line_num
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = _header(cells, file)
        elif len(cells) > len(header):
            rule = sentence("csv_too_wide", fields=len(cells), columns=len(header))
            file.errors.append(RowError(line=line, rule=rule))
        else:
            yield line, _named(header, cells, delimiter)


def _dialect(text: str) -> tuple[str, int, str]:
    """The text without Excel's `sep=` line, how many lines that took, and the separator."""
    first, _, rest = text.partition("\n")
    if re.fullmatch(r"sep=.\r?", first.strip().lower()):
        return rest, 1, first.strip()[4]
    heading = re.sub(r'"[^"]*"', "", first)
    return text, 0, max(_DELIMITERS, key=heading.count)


def _header(cells: list[str], file: BulkFile) -> list[str]:
    """Each column's field; empty for a column that is not used."""
    fields: list[str] = []
    for cell in cells:
        attribute = _ATTRIBUTE.match(cell)
        words = " ".join(re.findall(r"[a-z0-9]+", cell.lower()))
        name = f"attributes.{attribute[1]}" if attribute else _FIELD_OF.get(words, "")
        if name and name in fields:
            raise UnreadableFile(sentence("csv_twice", name=name, cell=cell))
        if not name and cell.strip():
            file.ignored_columns.append(cell.strip()[:50])
        fields.append(name)
    if "title" not in fields:
        raise UnreadableFile(sentence("csv_no_title"))
    return fields


def _named(header: list[str], cells: list[str], delimiter: str) -> dict[str, Any]:
    """The cells as a ListingSpec's fields; empty cells say nothing."""
    record: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=False):
        value = cell.strip()
        if not name or not value:
            continue
        if name.startswith("attributes."):
            record.setdefault("attributes", {})[name.removeprefix("attributes.")] = value
        elif name in ("postal_code", "country"):
            record.setdefault("location", {})[name] = value.upper()
        elif name in ("media_refs", "target_marketplaces"):
            record[name] = [part for part in re.split(r"[\s,;|]+", value) if part]
        elif name == "price":
            record |= _price(value, decimal_comma=delimiter == ";")
        else:
            record[name] = value
    return record


def _price(value: str, *, decimal_comma: bool) -> dict[str, str]:
    """`$1,299.00`, `1.299,00 €`, `650 USD`. What could mean two amounts stays as it is: refused."""
    found: dict[str, str] = {}
    number = value.replace("\u00a0", " ")
    for sign, currency in _SIGNS.items():
        if sign in number:
            number, found["currency"] = number.replace(sign, ""), currency
    if code := re.search(r"\b[A-Z]{3}\b", number):
        number, found["currency"] = number.replace(code[0], ""), code[0]
    number = re.sub(r"(?<=\d)[ '](?=\d{3}\b)", "", number).strip()
    thousands, point = (".", ",") if decimal_comma else (",", ".")
    grouped = rf"-?\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+"
    if re.fullmatch(rf"{grouped}{re.escape(point)}\d{{1,2}}", number) or (
        not decimal_comma and re.fullmatch(grouped, number)
    ):
        number = number.replace(thousands, "")
    if re.fullmatch(rf"-?\d+{re.escape(point)}\d{{1,2}}", number):
        number = number.replace(point, ".")
    return found | {"price": number}


def _take(file: BulkFile, line: int, fields: dict[str, Any], references: dict[str, int]) -> None:
    reference = str(fields.pop("reference", "") or "")[:100]
    errors = []
    if reference and reference in references:
        rule = sentence("csv_reference", reference=reference, line=references[reference])
        errors.append(RowError(line=line, field="reference", rule=rule))
    references.setdefault(reference, line)
    photo_urls = _take_urls(fields)
    if isinstance(condition := fields.get("condition"), str):
        fields["condition"] = _condition(condition)
    if isinstance(currency := fields.get("currency"), str):
        fields["currency"] = currency.upper()
    try:
        listing = ListingSpec.model_validate(fields)
    except ValidationError as error:
        errors += [_row_error(line, problem) for problem in error.errors()]
    else:
        errors += [
            RowError(line=line, field=name, rule=sentence("csv_missing"))
            for name in listing.missing()
        ]
        if not errors:
            file.rows.append(
                BulkRow(line=line, reference=reference, listing=listing, photo_urls=photo_urls)
            )
    file.errors += errors


def _take_urls(fields: dict[str, Any]) -> list[str]:
    """The photos that are named by address; those that stay are ids of uploads."""
    refs = fields.get("media_refs")
    if not isinstance(refs, list):
        return []
    urls = [ref for ref in refs if isinstance(ref, str) and _URL.match(ref)]
    fields["media_refs"] = [ref for ref in refs if ref not in urls]
    return urls


def _condition(written: str) -> str:
    words = " ".join(re.findall(r"[a-z]+", written.lower()))
    return _CONDITIONS.get(words) or words.replace(" ", "_")


def _row_error(line: int, problem: Mapping[str, Any]) -> RowError:
    field = path_of(problem)
    given = str(problem["input"])[:60] if field else ""
    rule = rule_said(problem)
    if given:
        return RowError(line=line, field=field, rule=sentence("csv_not", rule=rule, given=given))
    return RowError(line=line, field=field, rule=sentence("csv_wrong", rule=rule))
