"""The last lines on stderr: how many of what, whether they are as expected, how long it took, how sure it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from scanner.model import Doubt, State
from scanner.reports.counts import Tally
from scanner.reports.painted import STATE_STYLE, Look
from scanner.reports.passed_over import passed_over_line
from scanner.words.durations import duration
from scanner.words.plain import plain
from scanner.words.shown_text import hosts_answer, many

#: What a value of `doubt` means to somebody who reads it for the first time.
DOUBTS: dict[str, str] = {
    Doubt.UNVERIFIED: "nothing on their own network could vouch for them: it may be the path, not the target",
    Doubt.LOSSY: "packets were being lost on the way",
    Doubt.FLIPPED: "their attempts were answered differently",
    Doubt.NEIGHBOUR_PENDING: "their timeout was over before this host knew whether anybody has that address: allow 4 s",
    Doubt.ACCEPTS_EVERYTHING: "their host accepts nearly every port, or began to: something in between may "
    "answer for it",
    Doubt.INTERCEPTED: "their port is open at nearly every address of a range, and they answer nothing else: something "
    "on the way may answer for them; --canary asks more of each",
}

#: So many reasons of errors are named.
_REASONS = 5


def summary(
    tally: Tally,
    seconds: float,
    *,
    attempts: int = 0,
    hosts: int = 0,
    answering: int = 0,
    notes: Sequence[str] = (),
    complete: bool = True,
    total: int = 0,
    look: Look | None = None,
    extra: Mapping[str, Any] | None = None,
    rules: int = 0,
    rules_lacking: int = 0,
    hidden_errors: bool = False,
    shard: str = "",
) -> str:
    """The summary, as lines without a final newline.

    `attempts` are all connection attempts; without them the rate is that of the rows. `hosts`: how many were probed, of
    which so many are `answering`; 0 where nobody knows. `total`: the rows that a scan would have had that was not
    `complete`. `notes` are warnings in whole sentences. `look` says whether to use colour. `extra` and `rules_lacking`
    are those of `ScanInfo`. `rules`: entries of the list that have an expectation, where that is known.
    `hidden_errors`: rows in error are not shown, so that nothing else says why they are. `shard`: which of several
    that share the list the scan is, `2/3`.
    """
    look = look or Look()
    passed_over = passed_over_line(extra or {}, tally.rows)
    targets = f"{_early(tally.rows, total, complete)}{f' of shard {plain(shard)}' if shard else ''}"
    nothing = "no answer" if passed_over and complete else "none probed"
    lines = [_counts(tally, seconds, attempts, look, nothing, targets)]
    if hidden_errors and tally.errors:
        told = ", ".join(f"{count:,} {plain(reason)}" for reason, count in tally.errors.most_common(_REASONS))
        lines.append(f"errors: {told}; --only error says where")
    if hosts > 1:
        lines.append(hosts_answer(answering, hosts))
    if passed_over:
        lines.append(passed_over)
    if tally.met or tally.unmet:
        unmet = f"{tally.unmet:,} not met"
        lines.append(f"expectations: {tally.met:,} met, {look.paint(unmet, 'bad') if tally.unmet else unmet}")
    if told := rules_line(tally, rules, rules_lacking, complete=complete and not shard, look=look):
        lines.append(told)
    lines += [
        f"in doubt: {many(count, 'verdict')}, {plain(doubt)}: {DOUBTS.get(doubt, 'see the field doubt')}"
        for doubt, count in sorted(tally.doubts.items())
    ]
    lines += [f"warning: {plain(note)}" for note in notes]
    return "\n".join(lines)


def rules_line(tally: Tally, rules: int, lacking: int = 0, *, complete: bool, look: Look | None = None) -> str:
    """How many entries of the list are as expected; empty where it has not several. `rules`: how many it has, as far as
    that is known; `lacking`: how many of those without a row are not as expected. Before the end of a scan, or
    where others probe the rest of the list, it is not known of any that it is as expected."""
    look, rules = look or Look(), max(rules, len(tally.rules))
    if rules < 2 or not (tally.rules or lacking):
        return ""
    unmet = len(tally.broken) + lacking
    broken = look.paint(f"{unmet:,} not", "bad") if unmet else "0 not"
    if not complete:
        return f"{rules:,} rules: {broken} as expected, of the others not all is known"
    left = rules - len(tally.rules) - lacking
    left_out = f", {left:,} without a target left (excludes, -4, -6)" if left else ""
    return f"{rules:,} rules: {len(tally.rules) - len(tally.broken):,} as expected, {broken}{left_out}"


def _early(rows: int, total: int, complete: bool) -> str:
    if complete:
        return many(rows, "target")
    return stopped_text(rows, total)


def stopped_text(rows: int, total: int) -> str:
    """`stopped after 95 of 98 targets`; `total` is 0 where nobody knows."""
    return f"stopped after {f'{rows:,} of {total:,} targets' if total > rows else many(rows, 'target')}"


def _style(tally: Tally, state: State) -> str:
    """What is expected rules: only what is not as expected is bad; without an expectation the state says it."""
    if state in tally.amiss:
        return "bad"
    return "" if tally.met + tally.unmet == tally.rows else STATE_STYLE[state]


def _counts(tally: Tally, seconds: float, attempts: int, look: Look, nothing: str, targets: str) -> str:
    found = ", ".join(
        look.paint(f"{tally.states[state]:,} {state.value}", _style(tally, state))
        for state in State
        if tally.states[state]
    )
    rate = f" ({round((attempts or tally.rows) / seconds):,} probes/s)" if seconds > 0 else ""
    return f"{targets}: {found or nothing} in {duration(seconds)}{rate}"
