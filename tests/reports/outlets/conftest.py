"""What only root can do, and where others can be: files of other users, and a folder that they reach."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import needs


@pytest.fixture
def as_root() -> None:
    """The test gives files to other users, or becomes one."""
    needs.require("root")


@pytest.fixture
def world() -> Iterator[Path]:
    """A folder that other users reach: pytest's own are private."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)
