"""Data with one loader: formats, problem classes, metric concepts."""
