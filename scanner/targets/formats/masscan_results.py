"""masscan's results as JSON (`-oJ`, `-oD`) and as a list (`-oL`), and its settings, which have a module of their own.

A record is a port: `{"ip": ..., "timestamp": ..., "ports": [{"port": 80, "proto": "tcp", "status": "open", ...}]}`
(src/out-json.c); in `-oD` `port`, `proto` and `data.status` stand side by side (src/out-ndjson.c). A list has
`open tcp 80 192.0.2.1 1700000000` (src/out-text.c). Where it took banners, a port has a second record without a state,
or a line that begins with `banner`: it was open then, and is told of as that.
"""

import re
from typing import Any

from scanner.targets.file.target_file import InputWish, TargetFile
from scanner.targets.file.yaml_nodes import Scalar
from scanner.targets.formats.found_open import FoundOpen
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.json_text import JsonText, first_record, text_at
from scanner.targets.formats.masscan_settings import looks_like_settings, read_settings
from scanner.words.no_collection import no_collection
from scanner.words.shown_text import shown

_LINE = re.compile(r"(open|closed|unknown|up|banner) ([a-z0-9]+) ([0-9]+) (\S+) [0-9]+(?: .*)?")
#: How lists of results begin, also where their first one is cut off; and how old ones end.
_BEGINS = re.compile(r'\[?\s*\{\s*(?:"ip"\s*:\s*"[^"]*"\s*,\s*"timestamp"\s*:|finished\s*:\s*1\s*\})')


def looks_like_masscan(source: InputText) -> bool:
    """Whether it is any of the three."""
    if source.beginning.startswith(("{", "[")):
        return _BEGINS.match(source.beginning) is not None or _is_result(first_record(source.beginning))
    return _is_list(source) or looks_like_settings(source)


def read_masscan(source: InputText, wish: InputWish) -> TargetFile:
    """The open TCP ports, or what settings ask for. Errors: TargetError with every mistake."""
    if looks_like_settings(source):
        return read_settings(source, wish)
    found = FoundOpen(source, wish)
    with no_collection():
        if source.beginning.startswith(("{", "[")):
            _read_json(source, found)
        else:
            _read_list(source, found)
    return found.finish()


def _is_result(record: dict[str, Any]) -> bool:
    if "ip" not in record or "timestamp" not in record:
        return False
    return "rec_type" in record or (isinstance(record.get("ports"), list) and "host" not in record)


def _is_list(source: InputText) -> bool:
    if source.lines:
        return _LINE.fullmatch(source.lines[0]) is not None
    return source.beginning.startswith("#masscan")


def _read_json(source: InputText, found: FoundOpen) -> None:
    for place, record in JsonText(source.text, source.problems).records():
        ports = [record] if "port" in record else record.get("ports")
        if not isinstance(ports, list) or not ports:
            found.wrong(place, 'the result names no ports; expected "ports": [{"port": 80, "proto": "tcp", ...}]')
            continue
        for port in ports:
            if isinstance(port, dict):
                _take(place, text_at(record, "ip"), port, found)
            else:
                found.wrong(place, f'{shown(str(port))} is not an object; expected {{"port": 80, "proto": "tcp", ...}}')


def _take(place: Scalar, address: str, port: dict[str, Any], found: FoundOpen) -> None:
    data = port.get("data")
    told = data if isinstance(data, dict) else port
    state = text_at(told, "status")
    if not state and ("service" in told or "banner" in told):
        state = "open"
    number = text_at(port, "port")
    if found.is_open(place, number, text_at(port, "proto"), state):
        found.add(place, address, (number,))


def _read_list(source: InputText, found: FoundOpen) -> None:
    for at, line in enumerate(source.text.split("\n"), 1):
        if not line or line.isspace() or line.startswith("#"):
            continue
        place, match = Scalar(at, 1, ""), _LINE.fullmatch(line.rstrip())
        if match is None:
            text = f"{shown(line)} is not a line of masscan's list; expected open tcp 80 192.0.2.1 1700000000"
            found.wrong(place, text)
        elif found.is_open(place, match[3], match[2], "open" if match[1] == "banner" else match[1]):
            found.add(place, match[4], (match[3],))
    if source.beginning.startswith("#masscan") and not source.text.rstrip().endswith("# end"):
        found.warn("the scan did not come to its end: what it did not reach is not in its report")
