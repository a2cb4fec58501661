"""Report to bytes; pure; they decide nothing."""
