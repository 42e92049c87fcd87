"""Where a connection stops, in words, for the tree of `trace` and for the last lines of `--explain`.

When there is silence, only the last hop that answered is known. Who dropped the packet is not: it may be that hop, the
next one, or the way back; so nothing here says "the firewall is".
"""

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.model import Reason, State
from scanner.reports.witness_words import witness_lines
from scanner.words.plain import plain
from scanner.words.shown_text import many

#: The headings above the lines of `--explain`: where targets stop, and who else answers.
EXPLAINED, WITNESSED = "Where it stops:", "Silent targets:"
#: So many groups have a line, and each names so many entries, cut to so many characters.
_GROUPS, _NAMED, _NAME = 20, 3, 60


def stop_text(state: State | str | None, reason: str, address: str, hop: int | None, asked: int | None = None) -> str:
    """Where it stops: `silent after 10.1.0.1 (hop 2)`, `rejected by 10.2.0.1 (hop 3), admin-prohibited`.

    `address` is that of the last hop that answered, or of the ICMP error's sender; empty where there is none. `asked`:
    see `End`.
    """
    place = f"{address} (hop {hop})" if hop else address
    if state is None:
        return "not traced to its end"
    if state == State.TIMEOUT and hop is None:
        return "silent; location unknown (routers limit their replies)"
    if state == State.TIMEOUT:
        return f"silent after {place}" if hop else f"silent, and so {_hops_text(asked)}"
    if state == State.UNREACHABLE and not address:
        return f"not sent on by this host, {reason}"
    if state == State.UNREACHABLE:
        what = "expired at" if reason == Reason.TIME_EXCEEDED else "rejected by"
        return f"{what} {place}, {reason}"
    if state == State.ERROR:
        return f"cannot be probed from this host, {reason}"
    if hop:
        return f"{state} ({reason}) at hop {hop}"
    return f"{state} ({reason}), " + (
        "at a hop that is not known" if asked is None else "farther away than the trace looked"
    )


def _hops_text(asked: int | None) -> str:
    """Which hops were silent: only those that were asked, and should have answered."""
    if asked is None:
        return "was every hop"
    return "was hop 1, the only one that was asked" if asked <= 1 else f"were hops 1 to {asked}; no other was asked"


def explain_lines(explained: Mapping[str, Any]) -> list[str]:
    """The lines of the report's `explain` part, a whole sentence each, for whoever wraps them: the groups in their
    order, then who else answers where targets are silent. None where nothing was blocked.

    A group is `{key, targets, unmet, traced, state, reason, at, address, hop, entries, more_entries}`, in reports of
    before without its key, what is unmet and the entries; witnesses are as in `witness_words.py`.
    """
    groups: Sequence[Mapping[str, Any]] = explained.get("groups", ())
    lines = [_group_line(group) for group in groups[:_GROUPS]]
    if rest := groups[_GROUPS:]:
        targets = many(sum(group["targets"] for group in rest), "target")
        lines.append(f"and {many(len(rest), 'more group')} with {targets}; a JSON report has all")
    if lines and not explained.get("complete", True):
        lines.append("stopped early: some traces did not finish")
    if said := witness_lines(explained.get("witnesses", ()), explained.get("more_targets", 0)):
        lines += [WITNESSED, *said]
    return lines


def _group_line(group: Mapping[str, Any]) -> str:
    count, traced, unmet = group["targets"], group["traced"], group.get("unmet", 0)
    key = f"{plain(group['key'])}  " if "key" in group else ""
    sampled = group["state"] != State.UNREACHABLE  # for these the scan itself has met the sender
    sample = f" ({traced:,} of them traced)" if 0 < traced < count and sampled else ""
    failed = f", {unmet:,} unmet" if unmet else ""
    return f"{key}{many(count, 'target')}{failed}: {_group_text(group)}{sample}{_entries_text(group)}"


def _entries_text(group: Mapping[str, Any]) -> str:
    """Whose targets they are: `; orders database, web tier and 12 more`."""
    entries, more = group.get("entries", ()), group.get("more_entries", 0)
    if not entries:
        return ""
    names = [plain(name) if len(name) <= _NAME else plain(name[: _NAME - 1]) + "…" for name in entries[:_NAMED]]
    left = None if more is None else more + len(entries) - len(names)
    return f"; {', '.join(names)}" + (" and more" if left is None else f" and {left:,} more" if left else "")


def _group_text(group: Mapping[str, Any]) -> str:
    state, reason, at = group["state"], group["reason"], group["at"]
    if not at:
        return "silent, not traced" if state == State.TIMEOUT else f"{reason}, not traced"
    if state in (State.OPEN, State.REFUSED):
        return f"blocked in the scan, but {state} ({reason}) when traced"
    if at == "target":
        return f"rejected by the target itself, {reason}"
    if state == State.TIMEOUT and at == "here":
        return "silent, and so was every hop that was asked"
    return stop_text(state, reason, group["address"] or "", group["hop"])
