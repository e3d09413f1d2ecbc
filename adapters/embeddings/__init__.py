"""Sentence embeddings from a model inside a package: nothing is downloaded, nothing leaves."""
