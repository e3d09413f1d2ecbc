"""Processes that do the work: which queues one serves, with which limits."""
