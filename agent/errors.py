"""Errors of the agent."""

from .. import InputError, PentimentoError


class AnswerError(PentimentoError):
    """The model's answer does not follow the text language and cannot be read."""


class PlanError(PentimentoError):
    """A request could not be turned into something to paint."""


class TimeLimitError(PentimentoError):
    """A node or a call to the model took longer than it may."""


class BusyError(InputError):
    """The session works on another turn; the user can wait for it or cancel it."""
