"""Thin, retrying, idempotent steps over the adapters: the only place where side effects happen."""
