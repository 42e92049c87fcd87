"""How one result, a set of ports or a set of counts is put into words; both tables use these."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from scanner.model import EXPECTATIONS, Reason, Result, State
from scanner.reports.painted import Look, columns

#: Ports kept as plain numbers before a set of ports becomes a bit map.
_SPARSE = 64

#: Columns that ports have at least where there are too many for a line, and what else is said in that line.
_LEAST_PORTS, _BESIDE_PORTS = 24, 30

#: What tells verdicts apart when rows are merged: state, reason, sender of the ICMP error.
VerdictKey = tuple[State, str, str]
#: Ranges of ports, first and last of each.
PortRuns = Sequence[tuple[int, int]]


#: Reasons that say no more than the state beside them.
RESTATING = frozenset({Reason.SYN_ACK, Reason.CONN_REFUSED, Reason.NO_RESPONSE})
#: States that alone lead nowhere: what matters is why.
SAYING_WHY = frozenset({State.UNREACHABLE, State.ERROR})


def verdict_of(result: Result) -> VerdictKey:
    """The result's state, reason and ICMP sender."""
    return result.state, result.reason, result.icmp_from


def reason_text(verdict: VerdictKey, look: Look) -> str:
    """`no-response`, or `admin-prohibited by 10.1.0.1`."""
    _, reason, sender = verdict
    return look.text(f"{reason} by {sender}" if sender else reason)


def verdict_text(verdict: VerdictKey, look: Look) -> str:
    """`timeout (no-response)`, `unreachable (admin-prohibited by 10.1.0.1)`."""
    reason = reason_text(verdict, look)
    return f"{verdict[0].value} ({reason})" if reason else verdict[0].value


def brief_verdict(verdict: VerdictKey, look: Look) -> str:
    """The same without a reason that only restates the state: `timeout`."""
    return verdict[0].value if verdict[1] in RESTATING and not verdict[2] else verdict_text(verdict, look)


def rtt_text(result: Result) -> str:
    """The round trip with about three digits and its unit, or empty."""
    if result.rtt_ms is None:
        return ""
    rtt = round(result.rtt_ms, 3)  # as reports carry it: the same row reads the same out of one
    digits = 2 if rtt < 9.995 else 1 if rtt < 99.95 else 0
    return f"{rtt:,.{digits}f} ms"


def remarks(result: Result, look: Look) -> list[str]:
    """What else to say about a result: that it is not as expected, is in doubt, or took several tries."""
    said = []
    if result.met is False:
        said.append(f"{look.mark} {expected_text(result, look)}")
    if result.doubt:
        said.append(f"in doubt: {look.text(result.doubt)}")
    if look.verbose and result.lost_syns:
        many = "" if result.lost_syns == 1 else "s"
        said.append(f"{result.state.value} after {result.lost_syns} lost SYN{many}")
    if look.verbose and result.attempts > 1:
        said.append(f"{result.attempts} attempts")
    return said


def said_of(result: Result, look: Look) -> tuple[str, str]:
    """Why, and what else there is to say: in full, and without a reason that says no more than the state."""
    reason, others = reason_text(verdict_of(result), look), remarks(result, look)
    return ", ".join([reason, *others]), ", ".join(others if result.reason in RESTATING else [reason, *others])


def expected_text(result: Result, look: Look) -> str:
    """What an unmet target was expected to be."""
    return f"expected {look.text(result.expect)}{amiss_of(result)}"


def told(verdict: VerdictKey, expect: str, met: bool | None, doubt: str, *, lacking: bool = False) -> str:
    """`timeout (no-response), expected open`, as it is: for formats that escape whatever they are given."""
    state, reason, sender = verdict
    said = f"{state.value} ({reason} by {sender})" if sender else f"{state.value} ({reason})"
    if met is None:
        return said
    return f"{said}, as expected" if met else f"{said}, expected {expect}{amiss(state, expect, doubt, lacking=lacking)}"


def amiss(state: State, expect: str, doubt: str, *, lacking: bool) -> str:
    """What else was expected of an unmet target that is in a state as expected: with `--strict`, to be so beyond doubt;
    where its entry needs so many targets, and each of them is as expected, more of them (`Result.lacking`)."""
    if state not in EXPECTATIONS.get(expect, ()):
        return ""
    return " beyond doubt" if doubt and not lacking else ", but too few are"


def amiss_of(result: Result) -> str:
    """The same of an unmet result."""
    return amiss(result.state, result.expect, result.doubt, lacking=result.lacking)


def doubts_pass(options: Mapping[str, object]) -> bool:
    """Whether a verdict in doubt was as good as another to a scan that had these options, by its report. (Without any
    the report does not have them, and nobody knows.)"""
    return bool(options) and not options.get("strict")


def shown_host(result: Result, look: Look) -> str:
    """The host as the user wrote it."""
    return look.text(result.host)


def host_and_address(result: Result, look: Look) -> str:
    """The same with the address that a name led to: `db1 (10.0.0.5)`."""
    host = shown_host(result, look)
    return host if result.address in ("", result.host) else f"{host} ({look.text(result.address)})"


def target_text(host: str, port: int | str) -> str:
    """`host:port`, with an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def counted(counts: Mapping[VerdictKey, int], look: Look, ports: Mapping[State, str] = MappingProxyType({})) -> str:
    """`99 open, 2 timeout`: by state in the order of `State`; `498 refused (1-498)` where `ports` tells them; of
    unreachable and error why, `3 unreachable (host-unreach; 22,80)`."""
    states: dict[tuple[State, str], int] = {}
    for verdict, count in counts.items():
        told = [reason_text(verdict, look)] if verdict[0] in SAYING_WHY else []
        told += [ports[verdict[0]]] if verdict[0] in ports else []
        why = f" ({'; '.join(told)})" if told else ""
        key = verdict[0], why
        states[key] = states.get(key, 0) + count
    order = list(State)
    said = sorted(states.items(), key=lambda item: (order.index(item[0][0]), item[0][1]))
    return ", ".join(f"{count:,} {state.value}{why}" for (state, why), count in said)


class PortSet:
    """A set of ports in at most 8 KB, however many there are."""

    __slots__ = ("_bits", "_few")

    def __init__(self) -> None:
        self._few: set[int] = set()
        self._bits: bytearray | None = None

    def add(self, port: int) -> None:
        if self._bits is None:
            self._few.add(port)
            if len(self._few) > _SPARSE:
                self._bits = bytearray(65536 // 8)
                for each in self._few:
                    self._bits[each >> 3] |= 1 << (each & 7)
                self._few = set()
        else:
            self._bits[port >> 3] |= 1 << (port & 7)

    def merge(self, other: "PortSet") -> None:
        """Adds all ports of another set."""
        for port in other:
            self.add(port)

    def __iter__(self) -> Iterator[int]:
        bits = self._bits
        if bits is None:
            yield from sorted(self._few)
        else:
            for index, byte in enumerate(bits):
                if byte:
                    yield from (index << 3 | bit for bit in range(8) if byte >> bit & 1)

    def runs(self) -> list[tuple[int, int]]:
        """The ports as ranges: first and last of each."""
        return port_runs(list(self))

    def text(self, look: Look, room: int = 0, *, counted: bool = True) -> str:
        """`22,80,8000-8100`. With `room`: cut after about that many columns, `22,80,... (57 ports)`; not `counted`:
        without their number, `22,80,...`."""
        return ports_text(self.runs(), look, room, counted=counted)


def ports_text(runs: PortRuns, look: Look, room: int = 0, *, counted: bool = True) -> str:
    """The same of ranges of ports."""
    said = [f"{first}-{last}" if last > first else str(first) for first, last in runs]
    text = ",".join(said)
    if not room or columns(text) <= room:
        return text
    kept = [said[0]]
    while len(",".join((*kept, said[len(kept)]))) < room - 14:
        kept.append(said[len(kept)])
    cut = f"{','.join(kept)},{'...' if look.ascii else '…'}"
    return f"{cut} ({sum(last - first + 1 for first, last in runs):,} ports)" if counted else cut


def room_for_ports(look: Look) -> int:
    """The columns that the ports of a crowd may take in a window, where they would be one long word. 0: they are all
    told, in a file, in a pipe, and to who wants to know everything."""
    return max(_LEAST_PORTS, look.width - _BESIDE_PORTS) if look.folds and not look.verbose else 0


def port_runs(ports: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted ports as ranges: first and last of each."""
    runs: list[tuple[int, int]] = []
    for port in ports:
        if runs and port == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], port
        else:
            runs.append((port, port))
    return runs
