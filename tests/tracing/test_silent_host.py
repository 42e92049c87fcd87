"""One silent host: which of the answers speaks for it, and when nothing may be claimed."""

from scanner.model import Doubt, Place, Request, Result, State
from scanner.tracing.silent_host import HeardAnswer, SilentHost

_PLACE = Place("10.0.0.1", 2)


def row(
    port: int, state: State = State.TIMEOUT, *, doubt: str = "", sender: str = "", met: bool | None = None
) -> Result:
    reason = {State.TIMEOUT: "no-response", State.REFUSED: "conn-refused", State.OPEN: "syn-ack"}
    return Result(_PLACE, port, Request(), state, reason.get(state, "port-unreach"), sender, doubt=doubt, met=met)


def host(*silent: Result) -> SilentHost:
    found = SilentHost(silent[0])
    for each in silent:
        found.add(each, vacant=False)
    return found


def heard(found: SilentHost, *rows: Result, vacant: bool = False, phantom: bool = False) -> SilentHost:
    for each in rows:
        found.hear(each, vacant=vacant, phantom=phantom)
    return found


def told(found: SilentHost, scanned: HeardAnswer | None = None) -> tuple[str, int | None, list[int], str | None]:
    said = found.as_dict(scanned, accepting=False)
    return said["witness"], said["port"], said["asked"], said["doubt"]


def asked(found: SilentHost, *ports: int) -> SilentHost:
    found.ask(list(ports))
    return found


def test_the_scans_own_answer_comes_first() -> None:
    scanned = HeardAnswer.of(row(22, State.REFUSED))
    assert told(host(row(443)), scanned) == ("answers", 22, [], None)
    assert host(row(443)).as_dict(scanned, accepting=True)["witness"] == "accepts-everything"


def test_an_answer_that_was_asked_for() -> None:
    found = heard(asked(host(row(443)), 22, 80), row(22), row(80, State.OPEN))
    assert told(found) == ("answers", 80, [22, 80], None)
    found = heard(asked(host(row(443)), 22, 80), row(22, State.REFUSED), row(80, State.OPEN))
    assert told(found) == ("answers", 22, [22, 80], None), "the first is as good as any"
    found = heard(asked(host(row(443)), 22), row(22, State.UNREACHABLE, sender="10.0.0.1"))
    assert told(found) == ("answers", 22, [22], None), "its own ICMP error is one as well"


def test_an_answer_in_doubt_gives_way_and_a_phantom_is_none() -> None:
    found = heard(asked(host(row(443)), 22, 80), row(22, State.REFUSED, doubt=Doubt.FLIPPED), row(80, State.REFUSED))
    assert told(found) == ("answers", 80, [22, 80], None)
    found = heard(asked(host(row(443)), 22), row(22, State.REFUSED, doubt=Doubt.FLIPPED))
    assert told(found) == ("answers", 22, [22], "flipped")
    assert told(heard(asked(host(row(443)), 22), row(22, State.OPEN), phantom=True))[0] == "nothing"


def test_silence_is_claimed_of_what_was_asked_and_judged() -> None:
    assert told(host(row(443)))[0] == "not-asked"
    assert told(asked(host(row(443)), 22, 80))[0] == "not-asked"
    assert told(heard(asked(host(row(443)), 22, 80), row(22))) == ("not-asked", None, [22], None), "time ran out"
    assert told(heard(asked(host(row(443)), 22, 80), row(22), row(80))) == ("nothing", None, [22, 80], None)
    rejected = row(80, State.UNREACHABLE, sender="10.9.9.9")
    assert told(heard(asked(host(row(443)), 22, 80), row(22), rejected))[0] == "nothing", "a router is not the host"


def test_many_silent_ports_of_the_scan_are_enough() -> None:
    assert told(host(row(1), row(2)))[0] == "not-asked"
    assert told(host(row(1), row(2), row(3))) == ("nothing", None, [], None)
    assert told(asked(host(row(1), row(2), row(3)), 22))[0] == "not-asked", "but somebody thought otherwise, and asks"


def test_where_packets_are_lost_it_says_so() -> None:
    found = heard(asked(host(row(443)), 22), row(22, doubt=Doubt.LOSSY))
    assert told(found) == ("nothing", None, [22], "lossy")


def test_nobody_is_there() -> None:
    found = heard(asked(host(row(443)), 22), row(22, State.UNREACHABLE), vacant=True)
    assert told(found)[0] == "no-neighbour"
    vacant = SilentHost(row(443, State.UNREACHABLE))
    vacant.add(row(443, State.UNREACHABLE), vacant=True)
    assert told(vacant)[0] == "no-neighbour"
    assert vacant.is_vacant


def test_few_ports_are_kept_and_all_targets_counted() -> None:
    found = host(*(row(port, met=port % 2 == 0) for port in range(100, 0, -1)))
    said = found.as_dict(None, accepting=False)
    assert (said["targets"], said["unmet"], said["ports"]) == (100, 50, list(range(91, 101)))
