"""Numbers that log lines state, followed over the window: which of them left their own past."""
