"""Fixtures of this folder."""

import pytest
import yaml

from tests import needs


@pytest.fixture(params=["libyaml", "plain Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML comes with libyaml nearly everywhere, and without it here and there."""
    if request.param == "libyaml":
        needs.require("libyaml")
    else:
        monkeypatch.setattr("scanner.targets.file.yaml_tree._LOADER", yaml.SafeLoader)
