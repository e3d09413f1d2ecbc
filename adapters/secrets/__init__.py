"""Secrets of people: where tokens of their marketplace accounts are, and nowhere else."""
