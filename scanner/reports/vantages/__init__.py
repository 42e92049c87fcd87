"""FROM WHERE IS IT REACHABLE: reports of several vantages side by side, targets x vantages.

A row's way: a stored report (`reading`) -> what was seen of a target from a vantage (`sightings`) -> the lines of a
matrix, each a target with what every vantage saw of it (`matrix`) -> a table for people (`matrix_table`), or CSV, JSON
and Markdown (`matrix_data`); all say it in the words of `cell_words`. What is to be known of the reports themselves is
in `matrix_remarks`. Reports of one vantage at different times are another question: what changed there is what
`comparing` finds.
"""

from scanner.reports.vantages.matrix import KINDS, VantageMatrix, matrix_of
from scanner.reports.vantages.matrix_data import csv_matrix, json_matrix, markdown_matrix
from scanner.reports.vantages.matrix_remarks import matrix_remarks
from scanner.reports.vantages.matrix_table import matrix_summary, matrix_table

__all__ = [
    "KINDS", "VantageMatrix", "csv_matrix", "json_matrix", "markdown_matrix", "matrix_of", "matrix_remarks",
    "matrix_summary", "matrix_table",
]  # fmt: skip
