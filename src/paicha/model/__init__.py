"""Frozen values and table schemas: the only place where a column is named."""
