"""GTINs: the numbers under barcodes, which are one number however many zeros stand in front."""

import re

# GS1 General Specifications, 7.9: GTIN-8 (EAN-8), GTIN-12 (UPC-A), GTIN-13 (EAN-13), GTIN-14.
_LENGTHS = (8, 12, 13, 14)
_DIGITS = re.compile(r"[0-9]+")


def gtin14(code: str) -> str | None:
    """The number with 14 digits; None when it is none, or its check digit is wrong."""
    if len(code) not in _LENGTHS or not _DIGITS.fullmatch(code):
        return None
    padded = code.zfill(14)
    weighed = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(padded))
    return padded if weighed % 10 == 0 and int(padded) else None


def as_printed(gtin: str) -> str:
    """A GTIN-14 with as many digits as its barcode most likely has."""
    bare = len(gtin.lstrip("0"))
    return gtin[-next(length for length in _LENGTHS if length >= bare) :]
