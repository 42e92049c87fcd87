"""Docker compose: which ports are published where, in both spellings, and what cannot be known."""

import json
from pathlib import Path

import pytest

from tests.targets.listed import listed, looks_in, summaries, wrong_in


def web(*ports: object, **more: object) -> str:
    """A file with one service."""
    return json.dumps({"services": {"web": {"image": "nginx", "ports": list(ports), **more}}})


@pytest.mark.parametrize(
    ("port", "address", "ports"),
    [
        ("8000:80", "127.0.0.1", (8000,)),
        ("0.0.0.0:8000:80/tcp", "127.0.0.1", (8000,)),
        ("127.0.0.1:8001:8001", "127.0.0.1", (8001,)),
        ("192.0.2.5:8001:8001", "192.0.2.5", (8001,)),
        ("::1:6000:6000", "::1", (6000,)),
        ("[::1]:6001:6001", "::1", (6001,)),
        ("[::]:6001:6001", "::1", (6001,)),
        ("9090-9091:8080-8081", "127.0.0.1", (9090, 9091)),
        ({"target": 80, "published": "8000"}, "127.0.0.1", (8000,)),
        ({"target": 80, "published": 8000, "mode": "host", "name": "a"}, "127.0.0.1", (8000,)),
        ({"target": 80, "published": "8000", "host_ip": "::"}, "::1", (8000,)),
        ({"target": 80, "published": "8000", "host_ip": "192.0.2.5", "protocol": "tcp"}, "192.0.2.5", (8000,)),
    ],
)
def test_a_published_port(tmp_path: Path, port: object, address: str, ports: tuple[int, ...]) -> None:
    assert summaries(listed(tmp_path, web(port))) == [("web", address, ports)]


@pytest.mark.parametrize(
    "port",
    ["3000", 3000, "3000-3005", "8000-9000:80", ":80", "127.0.0.1::80", {"target": 80},
     {"target": 80, "published": "0"}, {"target": 80, "published": "8083-9000"}],
)  # fmt: skip
def test_a_port_that_is_picked_when_it_starts(tmp_path: Path, port: object) -> None:
    """Of a range for a single port of the container one is picked too."""
    file = listed(tmp_path, web(port, "8080:80"))
    assert summaries(file) == [("web", "127.0.0.1", (8080,))]
    assert "1 port not taken: which one it is, is picked when its service starts" in file.warnings


def test_a_service_is_an_entry_for_each_address(tmp_path: Path) -> None:
    text = web("80:80", "127.0.0.1:443:443", "192.0.2.5:22:22", "192.0.2.5:23:23/TCP", profiles=["debug"])
    file = listed(tmp_path, text)
    assert summaries(file) == [("web", "127.0.0.1", (80, 443)), ("web", "192.0.2.5", (22, 23))]
    assert file.entries[0].stated.tags == ("profile=debug",)
    told = "a compose file does not name its host: its ports are probed on this machine (127.0.0.1 or ::1)"
    assert file.warnings == [told]
    assert listed(tmp_path, web("192.0.2.5:22:22")).warnings == []


def test_udp_is_left_out(tmp_path: Path) -> None:
    """Whoever wrote it did not write it down to be tested."""
    file = listed(tmp_path, web("80:80", "53:53/udp", {"target": 54, "published": "54", "protocol": "udp"}))
    assert [item.what for item in file.left_out] == ["udp port 53 of web", "udp port 54 of web"]


def test_what_is_not_taken_is_said(tmp_path: Path) -> None:
    text = """include: [other.yaml]
services:
  a: {image: a, ports: ["80:80"]}
  b: {image: b, network_mode: host}
  n: {image: n, network_mode: none, ports: ["81:81"]}
  c: {image: c, expose: ["1"]}
  d: {extends: {service: a}}
"""
    told = listed(tmp_path, text).warnings
    assert told[1:] == [
        "2 services publish no port: c, d",
        "1 service not taken: network_mode host publishes whatever it listens on",
        "1 service not taken: network_mode none leaves nothing to connect to",
        "1 service may publish more: extends is not followed",
        "1 compose file not taken: include is not followed",
    ]


def test_merge_keys(tmp_path: Path) -> None:
    text = (
        "x-a: &a {ports: ['80:80']}\nservices:\n  web: {<<: *a, image: a}\n  other: {<<: [*a], image: b, ports: []}\n"
    )
    assert summaries(listed(tmp_path, text)) == [("web", "127.0.0.1", (80,))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "services:\n  a:\n    image: a\n    ports: ['${PORT:-80}:80']\n",
            'list:4:13: "${PORT:-80}:80" holds a variable;',
        ),
        ("services:\n  a:\n    image: a\n    ports: [$PORT]\n", "list:4:13: "),
        (web({"published": "$P", "target": 1}), '"$P" holds a variable; write its value, or read what docker compose'),
        (web("web:80"), '"web:80" is not a port; write it as "8080:80"'),
        (
            web("8000-8001:9000-9005"),
            '"8000-8001" is 2 ports, and "9000-9005" is 6 ports; write ranges of equal length',
        ),
        (web("8000:9000-9005"), '"8000" is 1 port, and "9000-9005" is 6 ports; write ranges of equal length'),
        (web({"target": "80-81", "published": "8000"}), "write ranges of equal length"),
        (web("8002-8000:80-82"), '"8002-8000" is a range whose end is before its start; write it the other way round'),
        (web("8000-8002:82-80"), '"82-80" is a range whose end is before its start'),
        (web("-1:80"), '"-1:80" is not a port; write it as "8080:80"'),
        (web("80:123456"), "is not a port"),
        (web({"target": "http", "published": "80"}), 'target is "http"; write a port'),
        (web("localhost:8082:80"), '"localhost" is not an address, which compose takes here alone; write one such as'),
        (web({"target": 1, "published": 2, "host_ip": "host.example"}), '"host.example" is not an address'),
        (web("80:80", prots=["81:81"]), 'list:1:61: the key "prots" is unknown; did you mean "ports"?'),
        ("services:\n  a: {image: a, ports: ['1:1']}\n  e: []\n", "list:3:6: a service is a list; write a mapping"),
        (web("80:80:80:x"), "is not a port"),
        (web("1" * 100_000), "is not a port"),
        (web("70000:80"), "list:1:"),
        (web("192.0.2.500:80:80"), "list:1:"),
        (web({"published": "a"}), 'published is "a"; write a port'),
        (web({"name": "x"}), "this publishes no port"),
        (web({"target": [1]}), "target is a list; write a single value"),
        (web([1]), "a port is a list; write a mapping"),
        (json.dumps({"services": {"a": {"image": "x", "ports": "80:80"}}}), "ports is a string; write a list"),
        (web(), "the file names no targets; write what docker compose config --format json prints; only published"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, said: str) -> None:
    told = wrong_in(tmp_path, text)
    assert any(said in line for line in told), told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("services:\n  web: {image: {repository: nginx, tag: 1}, port: 80}\n", ""),
        ("services:\n  web: {type: ClusterIP, ports: [80]}\n", ""),
        ("image: a\nservices: [postgres]\n", ""),
        ("services: {}\n", ""),
        ("services:\n  web: {ports: ['8080']}\n", ""),
        ("services:\n  web: {ports: ['8080:80']}\n", "compose"),
        ("services:\n  web: {ports: ['${PORT:-80}:80/tcp']}\n", "compose"),
        ("services:\n  web: {ports: [{target: 80, published: 80}]}\n", "compose"),
        ("x-a: &a {image: a}\nservices:\n  web: {<<: *a, ports: []}\n", "compose"),
        ("x-a: &a {image: a}\nservices:\n  web: {<<: [*a]}\n", "compose"),
        ("x-a: &a {image: {tag: a}}\nservices:\n  web: {<<: *a, build: .}\n", ""),
        ("services:\n  web: {build: .}\n", "compose"),
    ],
)
def test_neighbours(tmp_path: Path, text: str, found: str) -> None:
    assert looks_in(tmp_path, text) == found


@pytest.mark.slow
def test_a_hundred_thousand_lines(tmp_path: Path) -> None:
    services = {f"s{at}": {"image": "a", "ports": [{"target": 80, "published": "80"}]} for at in range(12_000)}
    text = json.dumps({"services": services}, indent=1)
    assert text.count("\n") > 95_000
    assert len(listed(tmp_path, text).entries) == 12_000
