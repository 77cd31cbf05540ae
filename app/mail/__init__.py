"""Sending of mail."""
