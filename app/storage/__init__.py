"""Stored files: content-addressed, immutable."""
