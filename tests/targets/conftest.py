"""Fixtures of this folder."""

import pytest
import yaml


@pytest.fixture(params=["libyaml", "plain Python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML comes with libyaml nearly everywhere, and without it here and there."""
    if request.param == "libyaml":
        if not hasattr(yaml, "CSafeLoader"):
            pytest.skip("this PyYAML has no libyaml")
    else:
        monkeypatch.setattr("scanner.targets.file.yaml_tree._LOADER", yaml.SafeLoader)
