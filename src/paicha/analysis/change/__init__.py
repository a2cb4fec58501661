"""What changed: two stretches compared, and the turning points of a curve."""
