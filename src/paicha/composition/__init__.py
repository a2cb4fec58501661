"""Findings to a report in one language: which sections, which words. Begin at `compose`."""
