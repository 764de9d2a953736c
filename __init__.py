"""Pentimento: a conversational, multi-turn image editing agent."""

__version__ = "0.1.0"


class PentimentoError(Exception):
    """Root of every error that is raised on purpose; its text is a sentence for the user."""


class InputError(PentimentoError):
    """The user gave something that cannot be used, and can mend it."""
