"""Alerts of other systems: read from what they send, joined into runs."""
