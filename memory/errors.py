"""Errors of the memory."""

from .. import PentimentoError


class StoreError(PentimentoError):
    """The store cannot keep or find something: full disk, corrupt picture, locked database."""
