"""The command line: what the user typed becomes a scan, its reports, a bar, and one exit status.

What lives where: `app` the program and its list of commands, `scan` and `sweep` one command each, `options` what
they share, `run` a scan from its first to its last word, `status` every exit status. Nothing here knows how to
probe, and nothing outside knows click or tqdm.

`scanner --help` must answer at once, so modules that only a running scan needs are imported inside functions.
"""

import sys


def main() -> int:
    """The console script: runs `sys.argv` and returns the exit status. Never raises, but for SystemExit."""
    try:
        from scanner.cli.status import guarded

        return guarded(_run)
    except KeyboardInterrupt:  # before, or after, our own handlers stand
        return 130


def _run() -> int:
    from scanner.cli.app import run_command

    return run_command(sys.argv[1:])
