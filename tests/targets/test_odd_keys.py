"""What is said of keys that are none."""

from pathlib import Path

import pytest

from scanner.targets.file.odd_keys import unknown_key
from tests.targets.made import told


def test_unknown_keys() -> None:
    known = ["port", "ports"]
    assert unknown_key("prot", known, "in a target") == (
        '"prot" is not a known key in a target; did you mean "port"? write one of port, ports'
    )
    assert unknown_key("<<", known, "in a target").startswith("merge keys (<<) are not followed")


@pytest.mark.parametrize(
    ("item", "said"),
    [
        ("{targets: [db1:9100, x], labels: {job: a}}", 'write each address as an item of its own: "- db1:9100"'),
        ("{targets: ['[::1]:9100'], labels: {job: a}}", '"- localhost:9100"'),  # one that needs no quotes
        ("{localhost: 22}", 'write "localhost:22" without the space'),
        ("{localhost: }", "such as localhost:443"),
        ("{hots: 22}", 'did you mean "hosts"?'),  # a slip of the finger is likelier than a host of that name
        ("{localhost: 22, expect: open}", '"localhost" is not a known key in a target'),
    ],
)
def test_in_a_target(item: str, said: str, tmp_path: Path) -> None:
    assert any(said in line for line in told(tmp_path, f"targets:\n- {item}\n"))
