"""Target lists that are written: how they look, and that they read back as what they were, target by target."""

import tempfile
from pathlib import Path

from hypothesis import given, settings

from scanner.targets.entry import Settings
from scanner.targets.file.target_file import TargetFile
from scanner.targets.writing.common_settings import FileEntries
from scanner.targets.writing.target_yaml import ListToWrite
from tests.targets.written import again, asked, digest, files


@settings(max_examples=300, deadline=None)
@given(files())
def test_a_written_list_reads_back_as_the_same(found: list[TargetFile]) -> None:
    entries = [entry for file in found for entry in file.entries]
    with tempfile.TemporaryDirectory() as folder:
        written = again(ListToWrite([FileEntries("a: b", file.entries) for file in found]), Path(folder))
    assert digest(written, Settings()) == digest(TargetFile(entries), Settings())
    assert asked(written.entries, Settings()) == asked(entries, Settings())
