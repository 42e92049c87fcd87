"""Warnings that come from several places, in one order."""

from scanner.scanning.warning_lines import WarningLines


def test_warnings_keep_their_order_whoever_warns_first() -> None:
    """Else whoever shows new ones shows an old one twice, and a new one never."""
    warnings = WarningLines("beforehand")
    names: list[str] = []
    engine = ["of the engine"]
    assert warnings.gather((*names, *engine)) == ["beforehand", "of the engine"]
    names.append("of the names")
    assert warnings.gather((*names, *engine)) == ["beforehand", "of the engine", "of the names"]


def test_what_was_told_is_not_told_again() -> None:
    warnings = WarningLines()
    assert warnings.gather(["a", "b"]) == warnings.gather(["b", "a"]) == ["a", "b"]


def test_what_is_told_is_the_readers_own() -> None:
    warnings = WarningLines("a")
    warnings.gather([]).clear()
    assert warnings.gather([]) == ["a"]
