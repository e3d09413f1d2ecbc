"""The outside world, one folder each. Vendor words stop here."""
