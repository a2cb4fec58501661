"""One module per chat system that messages are sent to: signing, rate limit, codes of errors."""
