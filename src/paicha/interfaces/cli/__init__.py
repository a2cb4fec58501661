"""The command line: parse, call one use case, draw, map the error to an exit code."""
