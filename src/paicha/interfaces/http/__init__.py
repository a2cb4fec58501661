"""The service's HTTP: its API, who may do what, and how an error becomes an answer."""
