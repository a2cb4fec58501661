"""The service's ledger: runs, tokens and the audit log, in SQLite or PostgreSQL."""
