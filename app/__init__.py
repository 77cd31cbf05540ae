"""Innoverkko: the application through which a public funder runs a funding call."""
