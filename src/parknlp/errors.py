"""The errors of parknlp: each says what, where and why."""

from __future__ import annotations


class ParkNLPError(Exception):
    """Base of every error that parknlp raises on purpose."""


class DataError(ParkNLPError, ValueError):
    """A document, corpus, lexicon or taxonomy that cannot be read; the message names file and line."""


class ModelError(ParkNLPError, ValueError):
    """A model file that is missing, damaged or of another format; the message names the file."""


class OptionError(ParkNLPError, ValueError):
    """An argument that makes no sense; the message names the argument and what would be right."""
