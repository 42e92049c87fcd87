"""Who else answers where targets are silent, in words: one line for all hosts of which the same is to be said. Pure.

What was not asked is never claimed: "nothing of this host answers" is of the ports that were probed or asked, and
"only" is for where nothing else of a host was silent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from scanner.model import State
from scanner.reports.host_ranges import HostRanges
from scanner.reports.phrases import port_runs, target_text
from scanner.words.plain import plain
from scanner.words.shown_text import many

#: So many lines there are at most.
_LINES = 12
#: More silent ports of a host than these are only counted: a report keeps no more than ten.
_PORTS = 9


class _HostSentence(NamedTuple):
    """What is said of one host, and of several. `rank`: those who answer come first. `ports`: the silent ones of a host
    that answers, where they are few."""

    rank: int
    of_one: str
    of_several: str
    ports: str = ""


_VACANT = _HostSentence(3, "no neighbour with that address", "no neighbours with these addresses")
_ACCEPTED = "nearly every port accepts there, which says nothing about a host"
_ACCEPTING = _HostSentence(4, _ACCEPTED, _ACCEPTED)
_UNKNOWN = "whether this host answers is not known", "whether these answer is not known"
_NOT_ASKED = _HostSentence(5, *(f"not asked: {unknown}" for unknown in _UNKNOWN))
_NOT_TO_THE_END = _HostSentence(5, *(f"not asked to the end: {unknown}" for unknown in _UNKNOWN))
_FORGOTTEN = _HostSentence(5, *_UNKNOWN)
_BUT = {
    "slow": "but its answers take longer than the scan waited",
    "lossy": "but packets are lost on the way",
    "neighbour-pending": "but the scan did not wait until the neighbour was found",
}


def witness_lines(witnesses: Iterable[Mapping[str, Any]], more_targets: int = 0) -> list[str]:
    """The lines: hosts that answer, then those that are silent, then those that nothing is known of.

    `witnesses` as in the report's `explain` part. `more_targets`: silent targets that no witness was looked for.
    """
    alike: dict[_HostSentence, list[str]] = {}
    for witness in witnesses:
        alike.setdefault(_said(witness), []).append(plain(witness["address"]))
    order = sorted(alike, key=lambda said: (said.rank, -len(alike[said])))
    lines = [_line(said, alike[said]) for said in order[:_LINES]]
    if rest := order[_LINES:]:
        lines.append(f"and {many(sum(len(alike[said]) for said in rest), 'more host')}; a JSON report has all")
    if more_targets:
        lines.append(f"and {many(more_targets, 'more silent target')}, for which no witness was looked for")
    return lines


def _said(witness: Mapping[str, Any]) -> _HostSentence:
    kind = witness["witness"]
    if kind == "answers":
        return _answering(witness)
    if kind == "one-open-port":
        ports, _ = _named(witness)
        text = (
            f"{witness['port']} is open, nothing else that was asked has answered: something in front may answer for "
        )
        return _HostSentence(1, f"{text}it", f"{text}them", ports)
    if kind == "nothing":
        asked = f" (asked {', '.join(map(str, witness['asked']))} as well)" if witness["asked"] else ""
        lossy = ", but packets are lost on the way" if witness["doubt"] else ""
        rest = f"answers{asked}{lossy}"
        return _HostSentence(2, f"nothing of this host {rest}", f"nothing of these hosts {rest}")
    if kind == "unknown":
        return _NOT_TO_THE_END if witness.get("unheard") else _FORGOTTEN
    return {"no-neighbour": _VACANT, "accepts-everything": _ACCEPTING}.get(kind, _NOT_ASKED)


def _answering(witness: Mapping[str, Any]) -> _HostSentence:
    state = witness["state"]
    answer = f"{witness['port']} {state if state != State.UNREACHABLE else plain(witness['reason'])}"
    if witness["port"] is None:
        answer = "at other ports"
    doubt = f", in doubt: {plain(witness['doubt'])}" if witness["doubt"] else ""
    ports, subject = _named(witness)
    besides = _besides(witness)
    others = witness["port"] is None or witness.get("unheard") or witness.get("more_silent")
    only = "" if besides or others or not ports else "only "
    rest = f"({answer}{doubt}): {only}{subject} silent{besides}"
    return _HostSentence(0, f"host answers {rest}", f"hosts answer {rest}", ports)


def _named(witness: Mapping[str, Any]) -> tuple[str, str]:
    """The silent ports, where they are few, and how the sentence begins that says so."""
    ports = witness["ports"]
    if len(ports) > _PORTS:
        return "", f"{witness['targets']:,} other ports are"
    return _ports_text(ports), "this port is" if len(ports) == 1 else "these ports are"


def _besides(witness: Mapping[str, Any]) -> str:
    """What else is known of silence there."""
    silent, late = witness.get("silent", ()), witness.get("late", ())
    text = f", and so {'is' if len(silent) == 1 else 'are'} {', '.join(map(str, silent))}" if silent else ""
    if late:
        text += f", though {_ports_text(late)} answered when traced"
    but = _BUT.get(witness.get("silence_doubt") or "")
    return f"{text}, {but}" if but else text


def _line(said: _HostSentence, addresses: list[str]) -> str:
    if len(addresses) == 1:
        where = target_text(addresses[0], said.ports) if said.ports else addresses[0]
        return f"{where}  {said.of_one}"
    where = _hosts(addresses)
    if said.ports:
        where += f" port {said.ports}"
    return f"{where}  {said.of_several}"


def _hosts(addresses: list[str]) -> str:
    """As ranges, the first of them."""
    ranges = HostRanges()
    for address in addresses:
        ranges.add(address)
    return ranges.text()


def _ports_text(ports: Sequence[int]) -> str:
    return ",".join(f"{first}-{last}" if last > first else str(first) for first, last in port_runs(sorted(ports)))
