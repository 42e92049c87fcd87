"""The journal of one scan: which scan it is, what was found so far, and how far it was.

A scan is known again by what decides what its rows are (its list, its options: `identity`); if that has changed, what
is there and what would come do not belong together, and the file is left alone. One whose reports were all written is
begun anew, so that a nightly scan is not last night's.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.errors import UsageError
from scanner.scanning.journal.changed_scan import SEED, AskedScan, changed_text
from scanner.scanning.journal.earlier_runs import (
    ROWS_BEGIN,
    EarlierRuns,
    HostNumber,
    SoFar,
    earlier_runs,
    json_of,
    rows_head,
    silent_hosts,
)
from scanner.scanning.journal.journal_file import JournalFile, NotOursError, TakenError, is_regular
from scanner.scanning.journal.journal_frames import VERSION, DamagedError, FrameKind, FrameList
from scanner.scanning.journal.journal_refusals import path_problem, write_problem
from scanner.words.durations import duration
from scanner.words.shown_text import many, shown
from scanner.words.stamp import date_and_time, seconds_between

#: Who goes on so long after the scan began is told of it: a nightly job has answers of two nights then.
_OLD_S = 6 * 3600.0


class Journal:
    """`path`: as it was typed. `asked`: what the scan is known by, and what of it was typed (`changed_scan.py`). `now`:
    when this run started (ISO 8601). `seed`: that of the order; one by chance, unless it was typed, gives way to that
    of the run which is gone on with.

    `earlier`: what there is of it. `finished`: that was a whole scan, whose reports are written; this is another one.
    `torn`: bytes at the end that are lost. `problem`: why nothing more can be written, or empty. `gone`: somebody has
    removed it, moved it, cut it short or put another file in its place; nothing more is written then, for nobody could
    go on with it.
    """

    def __init__(
        self, path: str, asked: AskedScan, now: str, *, seed: int | None = None, seed_typed: bool = False
    ) -> None:
        self._path = path
        self._asked = AskedScan(*json.loads(json.dumps(asked)))
        self._now = now
        self.seed = seed
        self._seed_typed = seed_typed
        self._file: JournalFile | None = None
        self._frames = FrameList()
        self.earlier = EarlierRuns()
        self.finished = False
        self.torn = 0
        self.problem = ""
        self.gone = False

    @property
    def started(self) -> str:
        """When the scan started: its first run, or this one."""
        return self.earlier.started if self.earlier.runs else self._now

    # Before anything is probed

    def open(self) -> None:
        """Looks at what is there, and has it to itself. Changes nothing. Raises UsageError."""
        if problem := path_problem(self._path):
            raise self._refusal(problem)
        try:
            if is_regular(self._path) is None:
                return
            self._file = JournalFile(self._path, new=False)
            self._read(self._file)
        except TakenError:
            raise self._refusal("another scan is writing it; wait for it, or name another file") from None
        except NotOursError as error:
            if not error.form:
                raise self._refusal("is not a journal of ours, and stays as it is; name another file") from None
            whose = "a newer scanner" if error.form > VERSION else "an older scanner"
            raise self._refusal(
                f"is the journal of {whose}, and stays as it is; go on with that one, name another file, or remove it "
                "to begin anew"
            ) from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, struct.error) as error:
            what = str(error) if isinstance(error, DamagedError) else "it does not say what a journal says"
            raise self._refusal(f"is damaged ({what}), and stays as it is; remove it to begin anew") from None
        except OSError as error:
            raise self._refusal(f"cannot be read: {error.strerror}") from None

    def damaged(self, problem: str) -> UsageError:
        """What to raise where rows of it cannot be read."""
        return self._refusal(f"is damaged ({problem}); name another file, or remove it to begin anew")

    def _refusal(self, problem: str) -> UsageError:
        self.close()
        return UsageError(f"--journal {self._path!r}: {problem}")

    def _read(self, file: JournalFile) -> None:
        frames = file.frames()
        self.torn = file.torn
        if not len(frames):
            return
        first = json_of(file, frames[0])
        if [frame.begin for frame in frames.of(FrameKind.SCAN)] != [frames[0].begin]:
            raise DamagedError("its beginning is not one")
        self.finished = frames[-1].kind is FrameKind.FINISHED
        if self.finished:
            return
        seed = first["seed"]
        before, now = AskedScan(first["identity"], first["said"]), self._asked
        if self._seed_typed:
            before = before._replace(identity={**before.identity, SEED: seed})
            now = now._replace(identity={**now.identity, SEED: self.seed})
        if problem := changed_text(before, now):
            raise self._refusal(problem)
        self.seed = None if seed is None else int(seed)
        self._frames = frames
        self.earlier = earlier_runs(file, frames, str(first["started"]))

    @property
    def warnings(self) -> list[str]:
        """What whoever relies on the answers wants to know of it, plain lines: they are of another day, or not kept."""
        lines = []
        age_s = seconds_between(self.started, self._now)
        if self.earlier.targets and age_s >= _OLD_S:
            done = many(self.earlier.targets, "target")
            lines.append(
                f"this scan was begun {date_and_time(self.started)}, {duration(age_s)} ago: of {done} the answers are "
                "those of earlier runs"
            )
        if self.gone:
            lines.append(
                f"the journal {shown(self._path)} was removed, moved or truncated while the scan ran: what is found is "
                "no longer kept, and if the scan is cut short it cannot go on"
            )
        return lines

    @property
    def resumes(self) -> bool:
        """Whether this run goes on with what there is."""
        return bool(self.earlier.runs)

    # Probing

    def begin(self) -> None:
        """This run begins: from now on what is found is added. Raises UsageError; then all is as it was."""
        try:
            if self._file is None:
                self._file = JournalFile(self._path, new=True)
            if self.resumes:
                self._file.cut_off_torn()
            else:
                self._file.begin_anew(self._packed({**self._asked._asdict(), "seed": self.seed, "started": self._now}))
            self._file.add(FrameKind.RUN, self._packed({"started": self._now}))
        except (TakenError, FileExistsError):
            raise self._refusal("another scan has just made it; wait for it, or name another file") from None
        except OSError as error:
            if self._file is not None and not self.resumes:
                self._file.withdraw()
                self._file = None
            raise self._refusal(write_problem(error)) from None

    @staticmethod
    def _packed(values: Any) -> bytes:
        return json.dumps(values, separators=(",", ":")).encode()

    def packs(self) -> Iterator[bytes]:
        """The rows that are there, packed, in the order in which they came."""
        assert self._file is not None
        for frame in self._frames.of(FrameKind.ROWS):
            begin = frame.begin + ROWS_BEGIN
            yield self._file.read_at(begin, frame.end - begin)

    def silent(self) -> Iterator[HostNumber]:
        """The hosts that earlier runs passed over, some at a time. Raises UsageError."""
        assert self._file is not None
        for frame in self._frames.of(FrameKind.SILENT):
            try:
                hosts = silent_hosts(self._file, frame)
            except (ValueError, TypeError):
                raise self.damaged("it does not say what a journal says") from None
            yield from hosts

    def forget(self) -> None:
        """All of that was handed on, and is not asked for again."""
        self._frames = FrameList()

    def add_rows(self, pack: bytes, targets: int, far: SoFar) -> None:
        """These rows were found, of so many targets."""
        self._add(FrameKind.ROWS, rows_head(targets, far) + pack)

    def add_silent(self, hosts: list[HostNumber]) -> None:
        """These hosts were asked whether they are there, and passed over."""
        self._add(FrameKind.SILENT, self._packed(hosts))

    def add_state(self, far: SoFar, evidence: Mapping[str, Any]) -> None:
        """This run has come so far."""
        self._add(FrameKind.STATE, self._packed({**far._asdict(), "evidence": dict(evidence)}))

    def _add(self, kind: FrameKind, payload: bytes) -> None:
        if self.problem or self.gone or self._file is None:
            return
        try:
            self._file.add(kind, payload)
            self.gone = self._file.gone
        except OSError as error:
            self.problem = str(error.strerror or error)

    # The end

    def finish(self) -> None:
        """All was probed, and the reports are written: the next run is another scan. Where there is no room to say so,
        what nobody needs any more gives its own; `problem` tells if that did not help either."""
        if self._file is not None and not self.gone and (self.problem or not self._is_ended(self._file)):
            self._is_ended(self._file, cut_back=True)
        self.close()

    def _is_ended(self, file: JournalFile, *, cut_back: bool = False) -> bool:
        try:
            if cut_back:
                file.cut_back()
            file.add(FrameKind.FINISHED, b"")
            file.sync()
        except OSError as error:
            self.problem = str(error.strerror or error)
        else:
            self.problem = ""
        return not self.problem

    def close(self) -> None:
        """What there is stays, and is anybody's to go on with."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.sync()
        except OSError as error:
            self.problem = self.problem or str(error.strerror or error)
        self.gone = file.gone
        file.close()
