"""The tables of a `.db` report, and how to tell such a file from any other. Nothing is opened here.

`scans` has a row for each run, `results` the rows of its reports: `scan` and `row` (1, 2, 3... in the order of the
verdicts), then FIELDS by their names. Absent values are NULL, `met` is 0 or 1, tags are a JSON list: a tag may have any
character, so nothing could join them. The key puts the rows of a scan side by side, so that reading one scan reads
nothing of the others. Both indexes begin with the scan for the same reason: a new scan writes at the end of
them, and not all over a file that has grown for a year. A target's history is then one lookup for each scan.
"""

from scanner.model import FIELDS

#: What the header of the file says of whose it is ("SCNR"; sqlite.org/fileformat2.html, 1.3.17) and of its tables.
APPLICATION_ID = 0x53434E52
SCHEMA_VERSION = 1

_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL", bool: "INTEGER", list: "TEXT"}

#: Columns of `scans` after its id; those of JSON_COLUMNS are JSON texts.
SCAN_COLUMNS = (
    "started", "finished", "elapsed_s", "vantage", "options", "counts", "complete", "warnings", "list_digest",
    "version", "extra",
)  # fmt: skip
JSON_COLUMNS = ("options", "counts", "warnings", "extra")
_SCAN_TYPES = {"elapsed_s": "REAL", "complete": "INTEGER NOT NULL"}

_SCANS = ", ".join(f"{name} {_SCAN_TYPES.get(name, 'TEXT')}" for name in SCAN_COLUMNS)
_RESULTS = ", ".join(f"{name} {_TYPES[kind]}" for name, kind in FIELDS.items())


def statements(schema: str) -> list[str]:
    """What makes an empty database one of ours; `schema` is its name in the connection."""
    return [
        f"PRAGMA {schema}.application_id = {APPLICATION_ID}",
        f"PRAGMA {schema}.user_version = {SCHEMA_VERSION}",
        f"CREATE TABLE {schema}.scans (id INTEGER PRIMARY KEY, {_SCANS})",
        f"CREATE TABLE {schema}.results (scan INTEGER NOT NULL REFERENCES scans (id), row INTEGER NOT NULL, {_RESULTS},"
        " PRIMARY KEY (scan, row)) WITHOUT ROWID",
        f"CREATE INDEX {schema}.scans_of_a_list ON scans (list_digest)",
        f"CREATE INDEX {schema}.results_by_host ON results (scan, host, port)",
        # Most rows of a sweep have their address as host, and are found by that.
        f"CREATE INDEX {schema}.results_by_address ON results (scan, address, port) WHERE address <> host",
    ]
