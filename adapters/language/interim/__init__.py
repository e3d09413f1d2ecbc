"""Understanding by rules, on this machine, without a key or a model."""
