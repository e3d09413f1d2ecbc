"""What people would pick instead of Temporal, doing the same work with the same adapters."""
