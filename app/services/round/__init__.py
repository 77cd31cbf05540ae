"""A whole round from files, and the demo."""
