"""What holds for every input format, tried with its samples (`samples/FORMAT-*`): told apart by content alone, read to
the last target, and never anything but a TargetError with a place where a file is torn, spoiled or another one."""

import random
from pathlib import Path

import pytest

from scanner.errors import TargetError
from scanner.targets.file.target_file import InputWish
from scanner.targets.formats.input_formats import FORMATS, INPUT_FORMATS
from scanner.targets.formats.input_text import InputText
from scanner.targets.formats.opened_list import read_targets

SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
#: Told apart by nobody: they must be asked for (`--input-format hosts`).
ASKED_FOR = {"hosts"}
WISH = InputWish(skip_unsupported=True, ports_given=True)


def format_of(sample: Path) -> str:
    return sample.name.partition("-")[0]


def wish_of(sample: Path) -> InputWish:
    name = format_of(sample)
    return WISH._replace(format=name) if name in ASKED_FOR else WISH


def problems_of(path: Path, wish: InputWish) -> tuple[str, ...]:
    """What is said of a file; nothing where it can be read."""
    try:
        read_targets(str(path), wish)
    except TargetError as error:
        return error.problems
    return ()


def test_each_format_has_a_sample() -> None:
    assert {format_of(sample) for sample in SAMPLES} == set(INPUT_FORMATS)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_looks_like_its_own_format(sample: Path) -> None:
    """The first that it looks like is taken: the order of the table decides."""
    source = InputText.of(str(sample))
    found = next((each.name for each in FORMATS if each.looks(source)), "")
    assert found == ("" if format_of(sample) in ASKED_FOR else format_of(sample))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_read(sample: Path) -> None:
    file = read_targets(str(sample), wish_of(sample))
    assert file.entries
    assert all(entry.line for entry in file.entries)


@pytest.mark.parametrize("times", [12, pytest.param(60, marks=pytest.mark.slow)])
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_torn_or_spoiled_sample_is_a_target_error(sample: Path, times: int, tmp_path: Path) -> None:
    data, chance = sample.read_bytes(), random.Random(sample.name)
    path = tmp_path / sample.name
    for at in range(times):
        torn = bytearray(data[: chance.randrange(len(data))] if at % 2 else data)
        for _ in range(at % 4):
            if torn:
                torn[chance.randrange(len(torn))] = chance.choice(b'{}[]<>",:;=-# \n\t\x00\xffA0')
        path.write_bytes(torn)
        for wish in (wish_of(sample), WISH, WISH._replace(format=format_of(sample), skip_unsupported=False)):
            told = problems_of(path, wish)
            assert all(problem.startswith(str(path)) for problem in told), told


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_format_that_is_insisted_on_says_what_it_got(sample: Path) -> None:
    """Whatever is asked for: what is not that is a TargetError, which names what the file looks like."""
    for name in INPUT_FORMATS:
        told = problems_of(sample, WISH._replace(format=name))
        if told and format_of(sample) not in ASKED_FOR:
            assert f"write --input-format {format_of(sample)}, or leave it out" in told[0], name


def test_utf_16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes("localhost:22\n".encode("utf-16"))
    with pytest.raises(TargetError, match="the file is UTF-16; save it as UTF-8"):
        read_targets(str(path))
