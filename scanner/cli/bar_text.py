"""What the bar says, and what of it there is room for: numbers first, then who answers, then the bar itself."""

#: From so many columns on there is room for the bar itself; before, its numbers matter more.
_ROOMY = 60
#: What goes beside the two counts takes: `/, ETA 1:02:03, 123,456/s`. And the bar, if it is short.
_TIMES, _BAR = 25, 13
_NUMBERS = "{{n:,}}/{{total:,}}, ETA {left}, {{rate_noinv:,.0f}}/s{{postfix}}"
#: Beyond that nobody counts.
_LONGEST_S = 999 * 3600.0


def laid_out(columns: int, total: int, left: str, found: str, who: str) -> tuple[str, str]:
    """tqdm's format and postfix for so many columns: the numbers, and the time `left`; who answers, where there is room
    for that; and the bar itself, where there is room for it as well."""
    taken = 2 * len(f"{total:,}") + _TIMES + len(f", {found}")
    bar = columns >= _ROOMY
    if who and taken + len(f", {who}") <= columns:
        found = f"{found}, {who}"
        bar = bar and taken + len(f", {who}") + _BAR <= columns
    return ("{percentage:3.0f}% |{bar}| " if bar else "") + _NUMBERS.format(left=left), found


def left_text(seconds: float | None) -> str:
    """`00:12`, `1:02:03`, or a question mark where nobody knows yet.

    >>> left_text(3723.4), left_text(11.6), left_text(None)
    ('1:02:03', '00:12', '?')
    """
    if seconds is None:
        return "?"
    minutes, second = divmod(round(min(seconds, _LONGEST_S)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute:02}:{second:02}"
