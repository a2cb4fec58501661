"""Use cases, one per file; they see ports only."""
