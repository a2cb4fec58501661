"""A `Digest` as the body that a chat system takes: within its limits, log text without effect."""
