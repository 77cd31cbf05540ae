"""Ranking, selection, decisions and their service."""
