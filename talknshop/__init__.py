"""TalknShop's domain: pure, immutable types that every other package may import."""

__version__ = "0.1.0"
