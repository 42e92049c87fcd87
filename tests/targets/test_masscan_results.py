"""masscan's results, as JSON of all its versions and as a list."""

from pathlib import Path

import pytest

from tests.targets.scanned import looks, taken, warned, wrong


def record(address: str, port: object, proto: str = "tcp", status: str = "open") -> str:
    said = f'{{"port": {port}, "proto": "{proto}", "status": "{status}", "reason": "syn-ack", "ttl": 52}}'
    return f'{{   "ip": "{address}",   "timestamp": "1772421100", "ports": [ {said} ] }}'


ONE, TWO = record("192.0.2.1", 443), record("2001:db8::1", 22)
BANNER = (
    '{ "ip": "192.0.2.1", "timestamp": "1772421101", "ports": [ {"port": 443, "proto": "tcp", '
    '"service": {"name": "ssl", "banner": "TLS/1.2, ] } [ ,"} } ] }'
)


@pytest.mark.parametrize(
    "text",
    [
        f"[\n{ONE}\n,\n{BANNER}\n,\n{TWO}\n]\n",
        f"[\n{ONE},\n{TWO},\n{{finished: 1}}\n]\n",
        f"[\n{ONE},\n{TWO},\n]\n",
        f"{ONE},\n{TWO},\n{{finished: 1}}\n",
        f"{ONE}\n{TWO}\n",
        f"[{ONE},{TWO}]",
        f"[\n{ONE}\n]\n[\n{TWO}\n]\n",
        ONE.replace(": ", ":\n  ") + TWO,
    ],
    ids=["now", "old", "comma", "no brackets", "lines", "one line", "two files", "spread"],
)
def test_open_ports_are_expected_open(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) == "masscan"
    assert [line.partition(" ")[2] for line in taken(tmp_path, text)] == ["192.0.2.1:443 open", "2001:db8::1:22 open"]


def test_places_are_those_of_the_records(tmp_path: Path) -> None:
    assert [line.partition(" ")[0] for line in taken(tmp_path, f"[\n{ONE}\n,\n  {TWO}\n]\n")] == ["2:1", "4:3"]


def test_json_lines_with_states_and_banners(tmp_path: Path) -> None:
    text = (
        '{"ip":"192.0.2.1","timestamp":"1","port":80,"proto":"tcp","rec_type":"status","data":{"status":"open"}}\n'
        '{"ip":"192.0.2.1","timestamp":"1","port":80,"proto":"tcp","rec_type":"banner","data":{"banner":"x"}}\n'
        '{"ip":"192.0.2.1","timestamp":"1","port":81,"proto":"tcp","rec_type":"status","data":{"status":"closed"}}\n'
    )
    assert looks(tmp_path, text) == "masscan"
    assert taken(tmp_path, text) == ["1:1 192.0.2.1:80 open"]


def test_a_list_is_taken(tmp_path: Path) -> None:
    lines = "open tcp 443 192.0.2.1 1772421100\nclosed tcp 25 192.0.2.1 1772421100\nopen udp 53 192.0.2.1 1\n"
    text = f"#masscan\n{lines}banner tcp 22 192.0.2.2 1772421102 ssh SSH-2.0-OpenSSH # 1\n# end\n"
    assert looks(tmp_path, text) == looks(tmp_path, lines) == "masscan"
    assert taken(tmp_path, text) == ["2:1 192.0.2.1:443 open", "5:1 192.0.2.2:22 open"]
    assert "udp port 53" in warned(tmp_path, text)
    assert "did not come to its end" not in warned(tmp_path, text)
    assert "did not come to its end" in warned(tmp_path, text.replace("# end\n", ""))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[\n{ONE}\n", "the list is not closed: the file was cut off; write ] to take what is there"),
        (f"[\n{ONE[:-20]}", "2:"),
        (f"[\n{ONE}\n,\n{TWO[:-20]}", "not JSON ("),
        ("[\n{finished: 1}\n]\n", "the file names no targets; the scan found nothing open"),
        ("#masscan\n# end\n", "the file names no targets; the scan found nothing open"),
        (f"[{ONE}, 5]", "this is a text or number, where a result should stand"),
        (f"[{record('192.0.2.0/24', 22)}]", '1:2: "192.0.2.0/24" is more than one address'),
        (f"[{record('192.0.2.1', 'true')}]", "1:2: the result names no port"),
        (f"[{record('192.0.2.1', '9' * 5000)}]", "is not the number of a port"),
        (f'[{ONE}, {{"ip": "192.0.2.1", "ports": {{}}}}]', "the result names no ports"),
        (f'[{ONE}, {{"ip": [], "ports": [{{"port": 1, "proto": "tcp", "status": "open"}}]}}]', "has no address"),
        ('[{"ip": "192.0.2.1", "timestamp": "1", "ports": ' + "[" * 100_000, "nested too deeply"),
        ("open tcp 443 192.0.2.1 1\nopen tcp 443\n", '2:1: "open tcp 443" is not a line of masscan\'s list'),
        ("open tcp 443 192.0.2.1 1\nopen tcp 443 a.example 1\n", '2:1: "a.example" is not an address'),
    ],
)
def test_bad_results_say_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    assert told in "\n".join(wrong(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        '[{"ip": "192.0.2.1", "hostname": "a", "port": 22}]',
        '[{"targets": ["192.0.2.1:22"], "labels": {"ip": "192.0.2.1"}}]',
        "open 192.0.2.1\n",
        "open:22\n",
    ],
)
def test_what_resembles_it_is_not_taken_for_it(text: str, tmp_path: Path) -> None:
    assert looks(tmp_path, text) != "masscan"
