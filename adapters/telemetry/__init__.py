"""What a process tells of itself: numbers for Prometheus, spans for a collector."""
