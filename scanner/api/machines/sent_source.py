"""Functions on their way to processes that may have nothing of ours, or another Python: they travel as their source.

A pickle of a function is for whoever can import it. What Dask makes of one that cannot be imported, code compiled here,
ends the process there where that is another version of Python.
"""

import inspect
from collections.abc import Callable
from typing import Any

from scanner.errors import UsageError

#: What `eval` makes the function of.
_MADE = "exec(source, made) or made[name]"


class SentSource:
    """As a pickle, this function's source: unpickled, a function like it, made where that is. It must name nothing from
    outside of itself, in its annotations neither.

    Errors where it is pickled: UsageError, without sources (an install of compiled files alone)."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *told: Any, **more: Any) -> Any:
        """Here, it is the function."""
        return self._function(*told, **more)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        try:
            source = inspect.getsource(self._function)
        except OSError:
            raise UsageError(
                "--dask needs scanner with its sources, by which workers are compared; this one has none; install its "
                "wheel"
            ) from None
        return eval, (_MADE, {"source": source, "made": {}, "name": self._function.__name__})
