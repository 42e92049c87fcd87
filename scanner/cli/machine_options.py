"""The options that have a scan made by other machines; what they mean together is `machine_choice.py`."""

from collections.abc import Callable
from typing import Any

from scanner.cli import option_values as values
from scanner.cli.machine_choice import scheduler

_SCHEDULER = values.Value("ADDRESS", scheduler)


def machine_options(option: Callable[..., Any]) -> tuple[Any, ...]:
    """Each made by `option`, which takes names and settings as click does."""
    return (
        option("--dask", type=_SCHEDULER, once=True,
               help="Let the workers of this Dask scheduler probe, each a share of the list: tcp://HOST:8786, "
                    "tls://HOST:8786. Rates and -c hold for each worker."),
        option("--from", "from_names", type=values.LABEL, multiple=True,
               help="Let the worker of this name probe all of the list; the name is the vantage. Repeatable: each "
                    "does."),
        option("--dask-tls-ca", type=values.FILE, help="For tls://: the authority's certificate (PEM)."),
        option("--dask-tls-cert", type=values.FILE, help="The certificate to show."),
        option("--dask-tls-key", type=values.FILE, help="Its key."),
    )  # fmt: skip
