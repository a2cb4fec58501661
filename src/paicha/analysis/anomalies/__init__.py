"""Which series moved, against their own past."""
