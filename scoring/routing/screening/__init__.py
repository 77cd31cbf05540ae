"""Conflicts of interest found in facts: each with its legal ground, its evidence and its severity."""
