"""Plain pages for people: what is on sale, what was posted, one thing."""
