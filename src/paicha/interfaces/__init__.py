"""Doors: each parses, calls one use case, draws the answer and maps the error."""
