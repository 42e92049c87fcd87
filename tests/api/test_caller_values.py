"""What programs hand in as paths, hosts and ports. (What they are told: `test_library.py`.)"""

import ipaddress
from pathlib import Path

import pytest

from scanner.api.caller_values import host_texts, path_text, port_text
from scanner.errors import UsageError


def test_what_is_taken_as_text() -> None:
    assert path_text("a.yaml") == path_text(Path("a.yaml")) == "a.yaml"
    assert host_texts("db1") == ["db1"]
    assert host_texts(("db1", ipaddress.ip_network("10.0.0.0/30"))) == ["db1", "10.0.0.0/30"]
    assert [port_text(ports) for ports in ("22,80", 22, [22, 80], range(1, 4))] == ["22,80", "22", "22,80", "1,2,3"]


@pytest.mark.parametrize("value", [b"22", bytearray(b"22"), None, 1.5])
def test_bytes_and_nothing_are_refused(value: object) -> None:
    for read in (path_text, host_texts, port_text):
        with pytest.raises(UsageError):
            read(value)
    with pytest.raises(UsageError, match="are bytes"):
        host_texts([b"db1"])
