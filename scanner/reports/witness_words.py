"""Who else answers where targets are silent, in words: one line for all hosts of which the same is to be said. Pure.

What was not asked is never claimed: "nothing of this host answers" is of the ports that were probed or asked.
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


_VACANT = _HostSentence(2, "no neighbour with that address", "no neighbours with these addresses")
_ACCEPTED = "nearly every port accepts there, which says nothing about a host"
_ACCEPTING = _HostSentence(3, _ACCEPTED, _ACCEPTED)
_UNKNOWN = _HostSentence(
    4, "not asked: whether this host answers is not known", "not asked: whether these answer is not known"
)


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
    if kind == "nothing":
        asked = f" (asked {', '.join(map(str, witness['asked']))} as well)" if witness["asked"] else ""
        lossy = ", but packets are lost on the way" if witness["doubt"] else ""
        rest = f"answers{asked}{lossy}"
        return _HostSentence(1, f"nothing of this host {rest}", f"nothing of these hosts {rest}")
    return {"no-neighbour": _VACANT, "accepts-everything": _ACCEPTING}.get(kind, _UNKNOWN)


def _answering(witness: Mapping[str, Any]) -> _HostSentence:
    state, ports = witness["state"], witness["ports"]
    answer = f"{witness['port']} {state if state != State.UNREACHABLE else plain(witness['reason'])}"
    doubt = f", in doubt: {plain(witness['doubt'])}" if witness["doubt"] else ""
    named = _ports_text(ports) if len(ports) <= _PORTS else ""
    silent = "only this port is silent" if len(ports) == 1 else "only these ports are silent"
    if not named:
        silent = f"{witness['targets']:,} other ports are silent"
    rest = f"({answer}{doubt}): {silent}"
    return _HostSentence(0, f"host answers {rest}", f"hosts answer {rest}", named)


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
