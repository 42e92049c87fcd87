"""The one place that imports click: what the start of the program costs, and which click it is, is decided here."""

import click
from click import shell_completion

__all__ = ["click", "shell_completion"]
