"""What the manual says beside the commands' own help: for each page the parts that no option tells.

Text in sentences; `manual` gives it its form. What is said here of statuses and variables, a test holds against the
README and docs/options.md.
"""

#: What each status of the program means, in the order of the README.
STATUSES = {
    "0": "Done, all expectations met.",
    "1": "Done, an expectation not met; with scanner diff: a difference.",
    "2": "Bad usage or a bad target file. Nothing was probed.",
    "3": "The scan could not be completed, or a report could not be written.",
    "129, 130, 143": "Stopped by SIGHUP, Ctrl-C, SIGTERM. What was found until then is in FILE.partial.",
    "141": "The reader of standard output went away, and there was no other report.",
}

#: Each variable of the environment that means something.
VARIABLES = {
    "NO_COLOR": "If it is set and not empty, no colour and no bar are shown. --color always beats it.",
    "FORCE_COLOR": "If it is set and not empty, pipes get colour too. NO_COLOR and --color beat it.",
    "TERM": "If it is dumb, no colour and no bar are shown.",
    "COLUMNS": "The width of text, whatever the terminal says.",
    "SCANNER_DEBUG": "1 shows the traceback of an internal error.",
    "TMPDIR": "The folder of temporary files: rows that wait for a database, for convert or merge.",
    "RES_OPTIONS, LOCALDOMAIN, HOSTALIASES": "What resolver(5) and hostname(7) say, for names.",
}

_REPORT = "FILE.partial"
_UNTIL = "A report while it is written. It takes its own name when it is whole; after Ctrl-C it stays."
_LIST = "targets.yaml"
#: The files of each command that a user may meet.
FILES = {
    "scan": {
        _LIST: "A target list, under any name that ends in .yaml, .yml or .json.",
        _REPORT: _UNTIL,
        "/etc/resolv.conf": "The name servers, and how long a lookup may take.",
    },
    "sweep": {
        _REPORT: _UNTIL,
        "/etc/resolv.conf": "The name servers, and how long a lookup may take.",
    },
    "convert": {_REPORT: _UNTIL},
    "merge": {_REPORT: _UNTIL},
    "diff": {_REPORT: _UNTIL},
    "trace": {_REPORT: _UNTIL},
    "import": {
        _LIST: "The list that is written, of any name; a file that is there is replaced with --force alone.",
        "targets.schema.json": "Where it lies beside the list, its first line names it, for editors.",
    },
    "schema": {"targets.schema.json": "The schema beside a list, where its first line says that it is."},
    "completion": {
        "~/.bashrc": "Where bash wants its line.",
        "~/.zshrc": "Where zsh wants its line, after the one with compinit.",
        "~/.config/fish/config.fish": "Where fish wants its line.",
    },
}

#: What follows the commands of the first page.
MORE = (
    "Data goes to standard output; progress, warnings and the summary go to standard error.",
    "Each target is probed by a TCP connection, so that no privilege is needed. Silence is probed again until loss "
    "cannot explain it, and a verdict that may be wrong says so.",
    "Probe only what you may probe.",
)
