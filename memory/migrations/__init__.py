"""Numbered, forward-only schema migrations (Alembic)."""
