"""Durable decisions: deterministic, sandbox-clean, and small."""
