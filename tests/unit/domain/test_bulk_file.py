"""Files of listings as programs and people really write them."""

import csv
import io
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talknshop.bulk import ListingOutcome, RowError, RowOutcome
from talknshop.bulk_file import UnreadableFile, read_file
from talknshop.bulk_result import COLUMNS, result_csv
from talknshop.jobs import ListingStatus
from talknshop.model import Condition

HEADER = "title,price,condition\n"


def errors(data: str | bytes) -> list[tuple[int, str]]:
    found = read_file(data.encode() if isinstance(data, str) else data)
    return [(error.line, error.field) for error in found.errors]


def test_a_plain_file_becomes_rows_with_their_lines() -> None:
    file = read_file(
        b"SKU,Item Name,Start Price,Item Condition,Qty,Zip Code,Photos,Marketplaces,C:Color\r\n"
        b"A1,Oak shelf,$1,299.00,good,2,98101,p1|p2,ebay;craigslist,brown\r\n".replace(
            b"$1,299.00", b'"$1,299.00"'
        )
    )
    assert file.errors == []
    (row,) = file.rows
    assert (row.line, row.reference) == (2, "A1")
    spec = row.listing
    assert (spec.title, spec.price, spec.quantity) == ("Oak shelf", Decimal(1299), 2)
    assert spec.condition is Condition.GOOD
    assert spec.media_refs == ["p1", "p2"]
    assert spec.target_marketplaces == ["ebay", "craigslist"]
    assert spec.attributes == {"Color": "brown"}
    assert spec.location.postal_code == "98101"


@pytest.mark.parametrize(
    "data",
    [
        "title,price,condition\nCafé,5.50,new".encode("utf-8-sig"),
        "title;price;condition\r\nCafé;5,50;new\r\n".encode(),
        "title;price;condition\r\nCafé;5,50;new".encode("cp1252"),
        "title\tprice\tcondition\nCafé\t5.50\tnew".encode("utf-16"),
        "sep=;\ntitle;price;condition\nCafé;5,50;Brand New".encode(),
        "\n\ntitle,price,condition\n\n,,\nCafé,5.50,NEW\n".encode(),
        'title,price,condition\r"Café",5.50,new\r'.encode(),
        '{"title": "Café", "price": 5.5, "condition": "new"}\n\n'.encode(),
    ],
    ids=["BOM", "semicolons", "CP1252", "UTF-16", "sep=", "blank lines", "old Mac", "JSON lines"],
)
def test_quirks_of_programs_change_nothing(data: bytes) -> None:
    file = read_file(data)
    assert file.errors == []
    (row,) = file.rows
    assert (row.listing.title, row.listing.price) == ("Café", Decimal("5.5"))
    assert row.listing.condition is Condition.NEW


def test_a_quoted_newline_stays_and_lines_count_on() -> None:
    file = read_file(
        b"title,description,price,condition\n"
        b'Shelf,"Solid ""oak"".\nFive boards, all there.",80,good\n'
        b"Lamp,,-5,good\n"
    )
    assert file.rows[0].listing.description == 'Solid "oak".\nFive boards, all there.'
    assert [(error.line, error.field) for error in file.errors] == [(4, "price")]


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("650", "650", "USD"),
        ("$ 650.5", "650.5", "USD"),
        ('"1,299.99"', "1299.99", "USD"),
        ('"1,299"', "1299", "USD"),
        ("650 EUR", "650", "EUR"),
        ("€650.00", "650", "EUR"),
        ("1 299.00", "1299", "USD"),
    ],
)
def test_prices_as_people_write_them(written: str, amount: str, currency: str) -> None:
    (row,) = read_file(f"{HEADER}Shelf,{written},good".encode()).rows
    assert (row.listing.price, row.listing.currency) == (Decimal(amount), currency)


@pytest.mark.parametrize("written", ["1.299", '"12,5"', "6OO", "1e3000", "nan", "-1", "10.999"])
def test_a_price_that_could_mean_two_amounts_or_none_is_refused(written: str) -> None:
    assert errors(f"{HEADER}Shelf,{written},good") == [(2, "price")]


def test_a_decimal_comma_counts_where_semicolons_separate() -> None:
    (row,) = read_file("title;price;condition\nShelf;1.299,95 €;good".encode()).rows
    assert (row.listing.price, row.listing.currency) == (Decimal("1299.95"), "EUR")
    assert errors("title;price;condition\nShelf;1.299;good") == [(2, "price")]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (",5,good", "title"),
        ("Shelf,,good", "price"),
        ("Shelf,5,", "condition"),
        ("Shelf,5,used", "condition"),
        ("Shelf,5,good,extra", ""),
        (f"{'x' * 301},5,good", "title"),
    ],
)
def test_an_error_names_its_line_and_field(line: str, field: str) -> None:
    assert (3, field) in errors(f"{HEADER}Lamp,5,new\n{line}\n")


def test_the_same_reference_twice_is_an_error_of_the_second() -> None:
    assert errors("sku,title,price,condition\nA,Lamp,5,new\nA,Lamp,5,new") == [(3, "reference")]


def test_json_lines_report_each_bad_line() -> None:
    lines = ['{"title": "Lamp", "price": 5, "condition": "new"}', "{", "[]", '{"title": "x"}']
    assert errors("\n".join(lines)) == [(2, ""), (3, ""), (4, "price"), (4, "condition")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"title,price\n", "no listings"),
        (b"PK\x03\x04rest", "save it as CSV"),
        (b"a\0b", "not a text file"),
        (b"name of it,cost\nLamp,5", "the title"),
        (b"title,name,price\nLamp,x,5", "Two columns"),
        (b'title,price\nLamp,5\n"Oak,5\nmore', "Line 3"),
        (HEADER.encode() + b"Lamp,5,new\n" * 10_001, "10,000"),
    ],
)
def test_a_file_that_can_not_be_used_says_why(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableFile, match=says):
        read_file(data)


def test_columns_that_are_not_used_are_named() -> None:
    file = read_file(b"title,price,condition,Warehouse shelf\nLamp,5,new,B7")
    assert file.ignored_columns == ["Warehouse shelf"]


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_errors_or_refused(data: bytes) -> None:
    with suppress(UnreadableFile):
        assert read_file(data).total


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_nothing_in_a_result_is_a_formula(cell: str) -> None:
    row = RowOutcome(
        line=2,
        reference=cell,
        title=cell,
        job_id="j",
        listings=[ListingOutcome(marketplace="ebay", status=ListingStatus.LIVE, message=cell)],
    )
    text = result_csv([RowError(line=3, field="price", rule=cell)], [row]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [line[0] for line in rows[1:]] == ["2", "3"]
    assert not any(c[:1] in ("=", "+", "-", "@", "\t", "\r", " ") for line in rows for c in line)
