"""Speaking HTTP with a store: where it is, who asks, and what its refusals mean."""

from paicha.sources.web.client import Answer, Request, WebClient, lines_of
from paicha.sources.web.place import Place, shown

__all__ = ["Answer", "Place", "Request", "WebClient", "lines_of", "shown"]
