"""Errors of the prompts."""

from .. import PentimentoError


class PromptError(PentimentoError):
    """A prompt is missing, or a placeholder of it was not given."""
