"""Reading a store that can count: counted first, cut into pieces that fit in memory, read whole."""

from paicha.sources.stored_logs.cutting import Piece, of_window
from paicha.sources.stored_logs.reading import Plan, StoredLogReading
from paicha.sources.stored_logs.store import LogStore, StoredRow

__all__ = ["LogStore", "Piece", "Plan", "StoredLogReading", "StoredRow", "of_window"]
