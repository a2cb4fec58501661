"""What spans say: who called whom, what happened inside a span, where the time went."""
