"""Doors people and programs come in by: parse, call one use case, render, map the error."""
