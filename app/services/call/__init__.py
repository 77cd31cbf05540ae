"""Calls: definitions, publication, questions, authorities."""
