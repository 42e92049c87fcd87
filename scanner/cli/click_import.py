"""The one place that imports click: what the start of the program costs, and which click it is, is decided here."""

import click

__all__ = ["click"]
