"""What only root can do: files of other users."""

import pytest

from tests import needs


@pytest.fixture
def as_root() -> None:
    """The test gives files to other users, or becomes one."""
    needs.require("root")
