"""Lists that are written and read back: made by chance, from what is hard to write, and compared target by target."""

from collections import Counter
from pathlib import Path

from hypothesis import strategies as st

from scanner.model import Need, PortExpectations
from scanner.targets.entry import Defaults, Entry, Settings, StatedSettings, settle_request
from scanner.targets.file.target_file import TargetFile
from scanner.targets.file.yaml_file import read_target_file
from scanner.targets.grammar.parsers import parse_host, parse_ports
from scanner.targets.list_digest import list_digest
from scanner.targets.space.single_targets import expand
from scanner.targets.writing.target_yaml import ListToWrite, list_text

#: What YAML takes for something else than a text, or cannot have without quotes.
HOSTILE = [
    "yes", "No", "null", "~", "1e3", "0x1f", "0o7", "12:30", "1_000", ".inf", "2026-01-31", "<<", "=", "- a", "-", "?",
    "? a", "a: b", "a:", ": a", "a #b", "#a", "*all", "&all", "!tag", "%a", "@a", "`a`", "[a]", "{a: b}", "a, b", "a]",
    '"', "'", '"a"', "it's", "'a", '"a', "a\\nb", "\\", "\\ud83d\\ude00", "\U0001f600", "\u00fcber", "\u65e5\u672c",
    " a", "a ", "a  b", "|", ">", "| a", "---", "--- a", "...", "key:", "a:b", "true", "y", "10.0.0.1", "443", "0443",
    "1.5", "1,000", "e", "\\ud83d", "\u00e9", "x" * 300,
]  # fmt: skip
_HOSTS = [
    "db1.example.com", "DB1.example.com", "db1.example.com.",
    "web[01-12].example.net", "web09", "web10", "web11", "null", "yes", "a1e3",
    "x-1-2", "x-1-3", "x-2-3", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.0/29", "192.0.2.4/30",
    "192.0.2.7/32", "192.0.2.10-20", "192.0.2.250-192.0.3.5", "2001:db8::1", "2001:DB8::1", "2001:db8::/126",
    "2001:db8::7/128", "2001:db8::5-2001:db8::9", "2001:db8::5-2001:db8::5", "fe80::1%lo", "fe80::%lo/126",
    "fe80::5%lo-fe80::9", "b\u00fccher.example", "198.51.100.254-198.51.101.2", "_srv.example.org", "1.0.0.0/30",
]  # fmt: skip
_PORTS = ["443", "22,80,443", "443,80", "8000-8100", "1,3,5,7,9,11,13,15,17,19", "top:100", "-", "1-3,2", "65535"]
_NAMES = st.one_of(
    st.just(""),
    st.sampled_from(["web", "db", *HOSTILE]),
    st.text(max_size=20).filter(lambda text: text.isprintable()),
)
_TAG = st.one_of(
    st.sampled_from(["prod", "job=node", *(tag for tag in HOSTILE if ";" not in tag)]),
    st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable() and ";" not in text),
)


_VANTAGE = st.one_of(st.sampled_from(["fra", "no"]), _TAG).filter(lambda text: text == text.strip() != "")
_WORD = st.sampled_from(["open", "blocked", "reachable"])


def _rarely(values: "st.SearchStrategy[object]") -> "st.SearchStrategy[object]":
    return st.one_of(st.none(), st.none(), values)


SETTINGS = st.builds(
    StatedSettings,
    timeout=_rarely(st.one_of(st.sampled_from([0.3, 1.0, 1.5, 90.0, 0.0123]), st.floats(0.001, 3600))),
    retries=_rarely(st.integers(0, 100)),
    expect=st.sampled_from([None, "open", "open", "blocked", "any"]),
    addresses=_rarely(st.sampled_from(["all", "one"])),
    tags=_rarely(st.lists(_TAG, max_size=3).map(tuple)),
    expect_from=_rarely(st.dictionaries(_VANTAGE, _WORD, min_size=1, max_size=2).map(lambda all: (*all.items(),))),
)
DEFAULTS = st.builds(Defaults, SETTINGS, st.sampled_from([None, (443,), (22, 80)]))


BY_PORT = st.sampled_from(
    [
        PortExpectations([(80, 80, "open"), (443, 443, "refused")]),
        PortExpectations([(1, 442, "blocked"), (443, 443, "open"), (444, 65535, "blocked")]),
        PortExpectations([(8000, 8050, "open"), (8051, 9000, "not-open")]),
    ]
)


def entry_of(
    hosts: list[str],
    ports: str,
    stated: StatedSettings,
    name: str,
    line: int,
    defaults: Defaults,
    *,
    portless: bool,
    by_port: PortExpectations | None,
    need: int,
) -> Entry:
    found = [host for text in hosts for host in parse_host(text)]
    own = None if portless and defaults.ports else parse_ports(ports)
    if own is None or not any(map(by_port.at, own) if by_port else ()):
        by_port = None
    elif stated.expect_from and len(stated.expect_from) > 1:  # and some of the vantages expect it by port, too
        stated = stated._replace(expect_from=((stated.expect_from[0][0], by_port), *stated.expect_from[1:]))
    return Entry(
        tuple(found), own, stated if by_port is None else stated._replace(expect=None), name=name, label="rules.csv",
        line=line, defaults=defaults, by_port=by_port, need=Need(1) if need == 1 and ports != "-" else None,
    )  # fmt: skip


def files() -> "st.SearchStrategy[list[TargetFile]]":
    """One or several files, each with its defaults."""
    return st.lists(DEFAULTS.flatmap(_file), min_size=1, max_size=3)


def _file(defaults: Defaults) -> "st.SearchStrategy[TargetFile]":
    entries = st.builds(
        entry_of,
        st.lists(st.sampled_from(_HOSTS), min_size=1, max_size=5),
        st.sampled_from(_PORTS),
        SETTINGS,
        _NAMES,
        st.integers(0, 9),
        st.just(defaults),
        portless=st.booleans(),
        by_port=_rarely(BY_PORT),
        need=st.integers(0, 5),
    )
    return st.lists(entries, min_size=1, max_size=8).map(lambda found: TargetFile(found, defaults=defaults))


def again(wanted: ListToWrite, folder: Path) -> TargetFile:
    """The list written, and read back."""
    path = folder / "targets.yaml"
    path.write_text("".join(list_text(wanted)), encoding="utf-8")
    return read_target_file(str(path))


def asked(entries: list[Entry], settings: Settings) -> Counter[tuple[object, ...]]:
    """Every row that they ask for; of long lists of ports the first and the last."""
    found: Counter[tuple[object, ...]] = Counter()
    for entry in map(_with_few_ports, entries):
        requests = [settle_request(entry, Settings(vantage=each), 0, "") for each in ("fra", "no", "elsewhere")]
        for target in expand([entry], [], settings):
            expects = [target.expect, *(request.at(target.port).expect for request in requests)]
            found[(target.name, target.host, target.port, *expects, target.tags, target.timeout, target.retries,
                   target.addresses, entry.need is not None)] += 1  # fmt: skip
    return found


def _with_few_ports(entry: Entry) -> Entry:
    ports = entry.ports and (entry.ports if len(entry.ports) < 20 else entry.ports[:3] + entry.ports[-3:])
    return Entry(entry.hosts, ports, entry.stated, name=entry.name, defaults=entry.defaults, by_port=entry.by_port,
                 need=entry.need)  # fmt: skip


def digest(file: TargetFile, settings: Settings) -> str:
    return list_digest(file.entries, file.excludes, settings)
