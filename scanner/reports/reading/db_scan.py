"""A scan of a `.db` as a stored report: the file's last one, its last two of one list, the last from each vantage."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from scanner.errors import UsageError
from scanner.reports.db_reading import Database, ReadRow, StoredScan, open_db
from scanner.reports.reading.db_rounds import newest_round
from scanner.reports.reading.report_row import ReportRow, address_of, expectation_of, state_of, time_of
from scanner.reports.reading.stored_report import StoredReport
from scanner.reports.reading.text_lines import place_of

_BATCH = 1000


class DbScan(StoredReport):
    """One scan of an open database, whose `scan` part is known at once. The file is closed once its rows were read."""

    def __init__(self, database: Database, scan: StoredScan) -> None:
        super().__init__(database.path, "db")
        told = scan._asdict()
        self.scan: dict[str, Any] = told.pop("extra") | told
        self.stored = scan
        self._database = database
        self._id = scan.id

    def again(self) -> Database:
        """The same file, for another scan of it."""
        return self._database.again()

    def close(self) -> None:
        """Its rows are not wanted."""
        self._database.close()

    def rows(self) -> Iterator[list[ReportRow]]:
        with self._database as database:
            rows, done = database.rows(self._id), 0
            while batch := list(islice(rows, _BATCH)):
                try:
                    yield list(map(_checked, batch))
                except ValueError as error:
                    where = f"scan {self._id}, rows {done + 1} to {done + len(batch)}"
                    raise UsageError(f"{place_of(self.path)}: {where}: {error}") from None
                done += len(batch)


def _checked(row: ReadRow) -> ReportRow:
    """The row, whose types are right; ValueError where a value is not one of ours."""
    found = ReportRow(*row)  # type: ignore[arg-type]
    address_of(found.address)
    state_of(found.state)
    expectation_of(found.expect)
    time_of(found.time)
    return found


def last_scan(path: str) -> DbScan:
    """The one that was started last. Raises UsageError where there is none."""
    database = open_db(path)
    scans = database.scans()
    if not scans:
        database.close()
        raise UsageError(f"{place_of(path)}: has no scan")
    return DbScan(database, scans[-1])


def round_of_last_scan(path: str) -> Iterator[DbScan]:
    """The last scan, and before it those of the same list that were made with it (`db_rounds`): its other shards, and
    those from other vantages.

    Each is opened when its turn comes. Raises UsageError where there is no scan.
    """
    last = last_scan(path)
    if not last.scan["list_digest"]:
        yield last
        return
    with last.again() as database:
        alike = [scan for scan in database.scans() if scan.list_digest == last.scan["list_digest"]]
        for scan in newest_round(alike):
            if scan.id != last.scan["id"]:
                yield DbScan(database.again(), scan)
    yield last


def last_two_of_a_list(path: str) -> tuple[DbScan, DbScan]:
    """The last scan, and the one before it of the same list or shard of it; from the same vantage, for from elsewhere
    all may differ.

    Raises UsageError where there is no such scan.
    """
    new = last_scan(path)
    database = new.again()
    same = [scan for scan in database.scans() if _whose(scan) == (new.scan["list_digest"], new.scan["vantage"])]
    shard = _shard_of(new.stored)
    before = [
        scan
        for scan in same
        # What started at the same moment is the same scan, before it was gone on with.
        if scan.started != new.stored.started and (scan.extra.get("shard") or "") == shard
    ]
    if not new.scan["list_digest"] or not before:
        new.close()
        database.close()
        raise UsageError(
            f"{place_of(path)}: its last scan, started {new.scan['started']}, is the only one of its list (which "
            "--tag, --name and excludes change) and vantage; name two reports to compare others"
        )
    return DbScan(database, before[-1]), new


def last_of_each_vantage(path: str) -> Iterator[DbScan]:
    """The last scan, and before it the last ones of the same list from other vantages; of each vantage all shards that
    were made together (`db_rounds`). Each is opened when its turn comes. Raises UsageError where there is no scan."""
    new = last_scan(path)
    with new.again() as database:
        digest = new.scan["list_digest"]
        same = [scan for scan in database.scans() if scan.list_digest == digest] if digest else []
        here = new.scan["vantage"]
        for vantage in sorted({scan.vantage for scan in same}, key=lambda vantage: vantage == here):
            for scan in newest_round(scan for scan in same if scan.vantage == vantage):
                if scan.id != new.scan["id"]:
                    yield DbScan(database.again(), scan)
    yield new


def _shard_of(scan: StoredScan) -> str:
    """Which part of its list it is, `2/3`; empty where it is the whole, or the list is not known."""
    shard = scan.extra.get("shard")
    return shard if isinstance(shard, str) and scan.list_digest else ""


def _whose(scan: StoredScan) -> tuple[str, str]:
    return scan.list_digest, scan.vantage
