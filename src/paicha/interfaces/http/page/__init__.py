"""The web page of `paicha serve`: views of runs and reports, drawn on the server."""
