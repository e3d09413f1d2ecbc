"""Prices are integer cents inside; each marketplace writes them its own way."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any


def decimal_string(cents: int) -> str:
    """129900 -> "1299.00"."""
    return f"{cents // 100}.{cents % 100:02d}"


def number(cents: int) -> float:
    """129900 -> 1299.0, for the formats that write prices as JSON numbers."""
    return cents / 100


def display(cents: int) -> str:
    """129900 -> "$1,299.00"."""
    return f"${cents // 100:,}.{cents % 100:02d}"


def to_cents(value: Any) -> int | None:
    """None for what is not a finite, non-negative amount."""
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", str(value)):
        return None
    try:
        return int((Decimal(str(value)) * 100).to_integral_value())
    except InvalidOperation:
        return None
