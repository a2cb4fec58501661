"""A written report read, checked against itself and against the evidence."""
