"""Language: the only place that knows a model."""
