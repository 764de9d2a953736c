"""Errors of the memory."""

from .. import PentimentoError


class StoreError(PentimentoError):
    """The store cannot keep or find something: a full disk, a corrupt picture, a locked database."""
