"""The service over HTTP: the API under ``/api/v1``, and the web page."""
