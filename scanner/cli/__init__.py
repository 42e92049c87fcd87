"""The command line: what the user typed becomes a scan, its reports, a bar, and one exit status.

What lives where: `app` the program and its list of commands, `NAME_command` one command each, `shared_options` what
two of them share, `choices` what they come to together, `one_scan` a scan from its first to its last word, `report_set`
its reports, `narration` what people are told of it, `status` every exit status, `completing` what
may stand next on a line that is being typed, `manual` the manual pages. Built on `api` and `reports`: nothing
here knows how to probe, and nothing outside knows click or tqdm.

`scanner --help` must answer at once, so modules that only a running scan needs are imported inside functions.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> int:
    """The console script: runs `sys.argv` and returns the exit status. Never raises, but for SystemExit."""
    try:
        settled = _leave_quietly()
        from scanner.cli.status import guarded

        status = guarded(_run)
        if status in (129, 130, 143):  # stopped: all is saved, and the interpreter's last flush might wait for a reader
            os._exit(status)
        settled()
        return status
    except KeyboardInterrupt:  # before our handlers stand
        return 130


def _leave_quietly() -> "Callable[[], None]":
    """A signal ends the program without a word, with its documented status, wherever nothing is to be saved yet.

    Python's own answer to Ctrl-C is a traceback, out of whatever is being imported just now. A command's handlers
    (`signals`) stand above these while it runs; a signal that was ignored when we were started stays ignored.
    Returns what makes the status stand, once it is known: from then on signals are ignored, for the interpreter's
    own end would put back the system's answer to them, which is another status.
    """
    import signal

    def leave(signum: int, frame: object) -> None:
        os._exit(128 + signum)

    ours = []
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, leave)
            ours.append(number)

    def ignore() -> None:
        for number in ours:
            signal.signal(number, signal.SIG_IGN)

    return ignore


def _run() -> int:
    from scanner.cli.app import run_command
    from scanner.words.no_collection import seldom_collected

    with seldom_collected():
        return run_command(sys.argv[1:])
