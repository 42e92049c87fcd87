"""A worker with a port of its own: where its process dies, the next one has its address, and Dask its task."""

from collections import Counter
from pathlib import Path

import pytest

from tests.cli.test_frozen_workers import frozen
from tests.cli.test_machines import DASK, HOSTS, done, started
from tests.dask_clusters import dask_cluster, kill
from tests.namespace import namespace
from tests.workers import until

pytestmark = [pytest.mark.lab, pytest.mark.slow]


def test_a_process_that_follows_another_one_unseen_costs_no_row_and_doubles_none(tmp_path: Path) -> None:
    """Who scans is stopped meanwhile, and finds the worker where it was."""
    with namespace() as net, dask_cluster(net, tmp_path, workers=1, port=40_000) as made:
        process = started(net, "sweep", HOSTS, "-p", "1-50", "--rate", "100", "-f", "csv", *DASK)
        with frozen(process.pid):
            kill(made.pids()[0])
            before = made.said()
            until(lambda: made.said() > before + 2, "its task runs once more")
        status, out, err = done(process)
    assert status == 0, err
    assert "part 1 of 1 is probed again: " in err
    found = Counter((line.split(",")[2], line.split(",")[3]) for line in out.splitlines())
    assert (len(found), set(found.values())) == (16 * 50, {1})  # the head was read before
