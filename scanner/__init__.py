"""Concurrent TCP reachability: is each target open, refused, silent or rejected, and by whom.

>>> import scanner
>>> for result in scanner.scan([scanner.Target("127.0.0.1", 1)]):  # doctest: +SKIP
...     print(result.host, result.port, result.state, result.reason)

The names below are public, nothing else is. They are imported when first used, so that `scanner --help` is quick.
"""

TYPE_CHECKING = False  # as in typing, whose import takes most of the time until Ctrl-C is answered in our way
if TYPE_CHECKING:
    from scanner.api import load_targets, scan, sweep, trace
    from scanner.errors import ScannerError, TargetError, UsageError
    from scanner.model import Result, State, Target

__version__ = "0.1.0"
__all__ = [
    "Result",
    "ScannerError",
    "State",
    "Target",
    "TargetError",
    "UsageError",
    "load_targets",
    "scan",
    "sweep",
    "trace",
]

_HOMES = {
    "Result": "scanner.model",
    "ScannerError": "scanner.errors",
    "State": "scanner.model",
    "Target": "scanner.model",
    "TargetError": "scanner.errors",
    "UsageError": "scanner.errors",
    "load_targets": "scanner.api",
    "scan": "scanner.api",
    "sweep": "scanner.api",
    "trace": "scanner.api",
}


if not TYPE_CHECKING:  # a type checker would take any name for one of ours

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module 'scanner' has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])
