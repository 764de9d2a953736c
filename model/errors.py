"""Errors of the unified model."""

from .. import PentimentoError


class ModelError(PentimentoError):
    """The model cannot do what was asked: weights missing or wrong, or a step failed."""


class CancelledError(ModelError):
    """The caller asked the model to stop between two steps."""
