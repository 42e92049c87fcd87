"""Names of addresses: each looked up once, waited for no longer than somebody is willing to."""

import socket
import threading

import pytest

from scanner.targets.names.reverse_names import ReverseNames, name_of


def test_names_come_as_they_are_found() -> None:
    asked: list[str] = []

    def look_up(address: str) -> str:
        asked.append(address)
        return "router" if address.endswith("1") else ""

    names = ReverseNames(look_up)
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.1"):
        names.ask(address)
    assert names.collect(10.0) == {"10.0.0.1": "router", "10.0.0.2": ""}
    assert sorted(asked) == ["10.0.0.1", "10.0.0.2"]


def test_a_slow_resolver_is_not_waited_for() -> None:
    gate = threading.Event()

    def look_up(address: str) -> str:
        if address == "slow":
            gate.wait(10)
        return address.upper()

    names = ReverseNames(look_up)
    names.ask("slow")
    names.ask("fast")
    try:
        while "fast" not in (found := names.collect(0.01)):
            pass
        assert found == {"fast": "FAST"}
    finally:
        gate.set()
    assert names.collect(10.0) == {"fast": "FAST", "slow": "SLOW"}


def test_without_a_thread_there_are_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody waits for them, nor dies of it."""

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    names = ReverseNames(str.upper)
    names.ask("10.0.0.1")
    assert names.collect(3600.0) == {}


def test_one_thread_that_could_be_started_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    start, refused = threading.Thread.start, [True, False]

    def scarce(self: threading.Thread) -> None:
        if refused.pop(0) if refused else True:
            raise RuntimeError("can't start new thread")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", scarce)
    names = ReverseNames(str.upper)
    for address in "abc":
        names.ask(address)
    assert names.collect(10.0) == {"a": "A", "b": "B", "c": "C"}


@pytest.mark.parametrize(("descriptors", "kept"), [(10_000, 48), (30, 15), (3, 2), (1, 0)])
def test_descriptors_are_kept_for_it(descriptors: int, kept: int) -> None:
    assert ReverseNames(str.upper).fit(descriptors) == kept


def test_a_failing_lookup_is_a_missing_name() -> None:
    def look_up(address: str) -> str:
        raise RuntimeError("an odd NSS module")

    names = ReverseNames(look_up)
    names.ask("10.0.0.1")
    assert names.collect(10.0) == {"10.0.0.1": ""}
    assert ReverseNames(look_up).collect(10.0) == {}


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        ("router.example.net", "router.example.net"),
        ("router.example.net.", "router.example.net"),
        ("_x-1.example", "_x-1.example"),
        ("10.0.0.1", ""),  # getnameinfo says the address itself where it knows no name
        ("evil\x1b[31m.example", ""),
        ("two words", ""),
        ("-x.example", ""),
        ("a" * 300, ""),
        ("", ""),
    ],
)
def test_whoever_runs_that_dns_does_not_write_on_our_terminal(
    answer: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getnameinfo", lambda place, flags: (answer, "0"))
    assert name_of("10.0.0.1") == name


@pytest.mark.parametrize("error", [socket.gaierror(-2, "no name"), OSError("x"), UnicodeError("x")])
def test_no_name(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getnameinfo", fail)
    assert name_of("10.0.0.1") == ""
