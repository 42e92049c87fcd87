"""Which entries of a list are meant: by tag, by the pattern of a name, and what is said where none is."""

import pytest

from scanner.errors import UsageError
from scanner.targets.chosen_entries import chosen_entries
from scanner.targets.entry import Defaults, Entry, StatedSettings

_FILE = Defaults(StatedSettings(tags=("all",)))
LIST = [
    Entry((), name="web 1", stated=StatedSettings(tags=("prod", "dmz")), line=1),
    Entry((), name="web 2", stated=StatedSettings(tags=("test",)), defaults=_FILE, line=2),
    Entry((), name="db", defaults=_FILE, line=3),
    Entry((), line=4),
    Entry((), name="db[1]", line=5),
]


@pytest.mark.parametrize(
    ("tags", "names", "found"),
    [
        ((), (), [0, 1, 2, 3, 4]),
        (("prod",), (), [0]),
        (("prod", "test"), (), [0, 1]),
        (("all",), (), [2]),
        ((), ("web*",), [0, 1]),
        ((), ("web [2-9]",), [1]),
        (("dmz",), ("db",), [0, 2]),
        ((), ("*",), [0, 1, 2, 4]),
        ((), ("db[1]",), [4]),
    ],
)
def test_any_word_may_match(tags: tuple[str, ...], names: tuple[str, ...], found: list[int]) -> None:
    assert chosen_entries(LIST, tags, names) == [LIST[at] for at in found]


@pytest.mark.parametrize(
    ("tags", "names", "tells"),
    [
        (
            ("prd",),
            (),
            '; did you mean "prod"? (tags in the list: "prod", "dmz", "test", "all")',
        ),
        ((), ("Web*",), 'no entry has a name like "Web*"'),
        (("x",), ("y",), 'no entry has the tag "x" or a name like "y"; tags in the list: '),
    ],
)
def test_none_left_is_told_with_what_there_is(tags: tuple[str, ...], names: tuple[str, ...], tells: str) -> None:
    with pytest.raises(UsageError) as told:
        chosen_entries(LIST, tags, names)
    assert tells in str(told.value)


def test_a_list_without_any() -> None:
    with pytest.raises(UsageError, match="the list has no tags; the list has no names"):
        chosen_entries([Entry((), line=1)], ["a"], ["b"])


@pytest.mark.parametrize(
    ("tags", "names", "tells"),
    [
        (("",), (), "--tag is empty"),
        ((), ("",), "--name is empty"),
        (("prod,dmz",), (), "for several tags repeat --tag"),
    ],
)
def test_words_that_can_mean_nothing(tags: tuple[str, ...], names: tuple[str, ...], tells: str) -> None:
    with pytest.raises(UsageError, match=tells):
        chosen_entries(LIST, tags, names)


def test_what_was_typed_beside_a_list_is_not_left_out_in_silence() -> None:
    typed = Entry((), label='"10.0.0.9:22"')
    assert chosen_entries([*LIST, typed], [], []) == [*LIST, typed]
    with pytest.raises(UsageError, match=r'--tag chooses among .*, and "10\.0\.0\.9:22" is none'):
        chosen_entries([*LIST, typed], ["prod"], [])
