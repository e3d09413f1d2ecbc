"""Marketplaces: one protocol for searching, one for posting, one folder for each vendor."""
