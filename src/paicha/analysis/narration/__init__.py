"""Findings numbered for a language model, and its sentences checked against them."""
