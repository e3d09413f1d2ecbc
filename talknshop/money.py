"""Money as people read it."""

from decimal import Decimal

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def format_price(amount: Decimal, currency: str) -> str:
    """`$1,099` or `$12.50`; a currency without a well-known sign is named by its code."""
    number = f"{amount:,.2f}".removesuffix(".00")
    symbol = _SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency}"
