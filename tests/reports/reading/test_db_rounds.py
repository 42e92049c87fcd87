"""Which scans of a database are of one round."""

import pytest

from scanner.reports.db_reading import StoredScan
from scanner.reports.reading.db_rounds import newest_round


def rounds(*scans: str) -> list[str]:
    """Of scans such as `fra 1/3 00:10 cut`, that take a minute each: those of the newest round, in the same words. A
    place in capitals was not typed: it is a host's name."""
    stored = [_stored(at, *scan.split()) for at, scan in enumerate(scans)]
    return [scans[scan.id] for scan in newest_round(stored)]


def _stored(at: int, place: str, shard: str, hour: str = "00:00", cut: str = "") -> StoredScan:
    hours, _, minutes = hour.partition(":")
    day, hours = 1 + int(hours) // 24, f"{int(hours) % 24:02}"
    started, finished = (f"2026-01-{day:02}T{hours}:{minutes}:{seconds}.000Z" for seconds in ("00", "30"))
    options = {} if place.isupper() else {"vantage": place}
    extra = {} if shard == "all" else {"shard": shard}
    return StoredScan(at, started, finished, 30.0, place, options, {}, not cut, [], "ab" * 32, "1", extra)


def test_a_shard_that_comes_again_begins_a_round() -> None:
    assert rounds("fra 1/2", "fra 2/2") == ["fra 1/2", "fra 2/2"]
    assert rounds("fra 1/3", "fra 2/3", "fra 3/3", "fra 1/3 00:01", "fra 2/3 00:02") == [
        "fra 1/3 00:01",
        "fra 2/3 00:02",
    ]
    assert rounds("fra 1/2", "fra 2/2", "fra 2/2 00:05") == ["fra 2/2 00:05"]
    assert rounds("fra 1/2 00:01", "fra 2/2 00:02", "fra 1/3 00:03") == ["fra 1/3 00:03"]


def test_what_was_cut_off_is_made_good() -> None:
    assert rounds("fra 1/2 00:00 cut", "fra 2/2 00:01", "fra 1/2 00:02") == ["fra 2/2 00:01", "fra 1/2 00:02"]
    cut = "fra 1/2 00:00 cut", "fra 1/2 00:02 cut"
    assert rounds(*cut) == [*cut]
    assert rounds(*cut, "fra 1/2 00:03") == ["fra 1/2 00:03"]


def test_the_next_night_is_another_round_though_its_first_shard_did_not_run() -> None:
    night = "fra 1/3 02:00", "fra 2/3 02:01"
    assert rounds(*night, "fra 3/3 11:00") == [*night, "fra 3/3 11:00"], "what was still to do"
    assert rounds(*night, "fra 3/3 26:02") == ["fra 3/3 26:02"]
    third = "fra 1/3 50:00", "fra 2/3 50:01", "fra 3/3 50:02"
    assert rounds(*night, "fra 2/3 26:01", "fra 3/3 26:02", *third) == [*third]


def test_places_have_shards_of_their_own_and_hosts_share_them() -> None:
    places = "fra 1/2", "fra 2/2", "nyc 1/2", "nyc 2/2"
    assert rounds(*places) == [*places]
    assert rounds("A 1/2", "B 2/2 00:01", "C 1/2 00:02") == ["C 1/2 00:02"]
    assert rounds("fra all", "nyc all") == ["fra all", "nyc all"]
    assert rounds("fra all", "fra 1/2 00:01") == ["fra all", "fra 1/2 00:01"]
    assert rounds("fra all", "nyc all", "fra all 00:05") == ["fra all 00:05"]


@pytest.mark.parametrize("odd", ["", "never", "2026-01-01"])
def test_times_that_are_none_end_no_round(odd: str) -> None:
    scans = [_stored(at, "fra", f"{at}/2")._replace(started=odd, finished=odd) for at in (1, 2)]
    assert newest_round(scans) == scans
