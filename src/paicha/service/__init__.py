"""What a running service does, without HTTP: requests, runs, and what became of them."""
