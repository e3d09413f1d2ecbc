"""The goods on sale: a vocabulary, a generator that is deterministic by seed, and a search."""
