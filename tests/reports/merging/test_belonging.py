"""What belongs together, and what is missing of it."""

import pytest

from scanner.errors import UsageError
from scanner.reports import ScanInfo
from scanner.reports.merging import Belonging, ReportPart, parts_of
from scanner.reports.merging.report_parts import gaps, shard_of

_LIST, _OTHER = "ab" * 32, "cd" * 32


def part(path: str, shard: str = "", *, digest: str = _LIST, vantage: str = "fra", **more: bool) -> ReportPart:
    return ReportPart(path, digest, vantage, shard_of(shard), **more)


def missing(*parts: ReportPart) -> list[str]:
    found = Belonging(parts)
    assert found.strangers == []
    assert bool(found.missing) == bool(found.lacking)
    return found.missing


def test_all_shards_in_any_order_are_all() -> None:
    assert missing(part("c", "3/3"), part("a", "1/3"), part("b", "2/3")) == []
    assert missing(part("a", "1/1")) == []
    assert missing(part("a")) == []


def test_what_is_missing_is_told_for_each_vantage() -> None:
    parts = part("a", "1/3"), part("c", "3/3"), part("d", "2/5", vantage="nyc"), part("e", vantage="ams")
    found = Belonging(parts)
    assert found.missing == [
        "shard 2 of 3 from vantage fra is missing",
        "shards 1, 3-5 of 5 from vantage nyc are missing",
    ]
    assert found.lacking == {"fra", "nyc"}


def test_shards_of_several_machines_are_one_scan() -> None:
    """Where nobody says --vantage, each has its own."""
    machines = part("a", "1/3", vantage="w1"), part("b", "2/3", vantage="w2"), part("c", "3/3", vantage="w3")
    found = Belonging(machines)
    assert (found.missing, found.together) == ([], {"w1", "w2", "w3"})
    assert found.doubts[0].startswith(
        "the shards are from several vantages (w1, w2, w3), and are taken as parts of one"
    )
    lacking = Belonging(machines[1:])
    assert (lacking.missing, lacking.lacking) == (["shard 1 of 3 is missing"], {""})
    cut = part("x", "2/3", vantage="w4", complete=False)
    assert missing(*machines, cut) == [], "run again on another machine"
    assert missing(machines[0], cut, machines[2]) == ["x: was not finished, so rows may be missing"]


def test_vantages_that_are_whole_or_overlap_stand_for_themselves() -> None:
    fra = part("a", "1/2"), part("b", "2/2")
    (said,) = missing(*fra, part("c", "1/2", vantage="nyc", complete=False), part("d", "2/2", vantage="nyc"))
    assert said.startswith("c: was not finished")
    assert missing(*fra, part("c", "1/2", vantage="nyc", complete=False)) == [
        "shard 2 of 2 from vantage nyc is missing",
        "c: was not finished, so rows may be missing",
    ]
    assert missing(part("a", "1/2"), part("b", "2/3", vantage="nyc")) == [
        "shard 2 of 2 from vantage fra is missing",
        "shards 1, 3 of 3 from vantage nyc are missing",
    ]
    overlap = part("a", "1/3"), part("b", "3/3"), part("c", "1/3", vantage="nyc"), part("d", "2/3", vantage="nyc")
    assert missing(*overlap) == [
        "shard 2 of 3 from vantage fra is missing",
        "shard 3 of 3 from vantage nyc is missing",
    ]
    assert Belonging(overlap).together == set()


def test_what_is_told_of_by_place_is_all_there_from_each() -> None:
    spread = part("a", "1/2"), part("b", "2/2", vantage="nyc")
    assert missing(*spread) == []
    assert Belonging(spread, apart=True).missing == [
        "shard 2 of 2 from vantage fra is missing",
        "shard 1 of 2 from vantage nyc is missing",
    ]


def test_a_whole_scan_covers_its_vantage() -> None:
    assert missing(part("last-night"), part("b", "2/3")) == []
    assert missing(part("last-night"), part("b", "2/3", complete=False)) == []
    assert len(missing(part("last-night", vantage="nyc"), part("b", "2/3"))) == 1


def test_a_part_that_was_cut_off_is_made_good_by_another_run_of_it() -> None:
    cut = part("a.json.partial", "1/2", complete=False)
    assert missing(cut, part("b", "2/2")) == ["a.json.partial: was not finished, so rows may be missing"]
    assert missing(cut, part("b", "2/2"), part("a.json", "1/2")) == []
    assert missing(cut, part("a.json", "1/2")) == ["shard 2 of 2 from vantage fra is missing"]
    assert missing(part("x", complete=False), part("a", "1/2"), part("b", "2/2")) == []
    assert len(missing(part("x", complete=False), part("a", "1/2"))) == 1


def test_what_was_joined_without_all_parts_stays_so() -> None:
    (said,) = missing(part("m", complete=False, joined=True), part("b", "2/3"))
    assert said == "m: was not complete when it was joined, and stays so; merge the reports that it was made of"


def test_what_says_nothing_of_its_list_is_taken_with_a_word() -> None:
    found = Belonging([part("a.csv", digest=""), part("b.jsonl", digest=""), part("c", "2/2")])
    assert found.doubts == [
        "a.csv, b.jsonl do not say of which list and shard (only json and db reports do): merged unseen"
    ]
    assert found.missing == ["shard 1 of 2 from vantage fra is missing, unless a.csv, b.jsonl is of it"]
    assert Belonging([part("a.csv", digest="")]).doubts == []
    assert len(missing(part("a.csv.partial", digest="", complete=False), part("b"))) == 1


def test_other_lists_are_strangers() -> None:
    found = Belonging([part("u.csv", digest=""), part("a"), part("b", digest=_OTHER), part("c")])
    assert found.strangers == ["b is of another list than a: their list_digest differ (cdcdcdcdcdcd and abababababab)"]


def test_other_numbers_of_shards_are_strangers_at_one_vantage() -> None:
    found = Belonging([part("a", "2/3"), part("b", "1/4")])
    assert found.strangers == [
        "b is shard 1/4, and a is shard 2/3 from vantage fra: all shards of a scan have the same N in I/N"
    ]
    assert missing(part("a", "1/1"), part("b", "1/2", vantage="nyc"), part("c", "2/2", vantage="nyc")) == []


def test_other_versions_are_a_word() -> None:
    found = Belonging([part("a")._replace(version="1"), part("b")._replace(version="2"), part("c")])
    assert found.doubts == ["the reports are of several versions of scanner: 1, 2"]


def test_a_report_is_a_part_of_each_vantage_it_was_made_of() -> None:
    extra = {"list_digest": _LIST, "version": "1", "shard": "2/3"}
    told = ScanInfo(vantage="fra", extra=extra, complete=False)
    assert parts_of("a", told) == [ReportPart("a", _LIST, "fra", (2, 3), False, "1")]
    both = ScanInfo(extra={"list_digest": _LIST, "sources": [{"vantage": each} for each in ("fra", "nyc", "fra")]})
    assert [(each.vantage, each.shard, each.joined) for each in parts_of("m", both)] == [
        ("fra", None, True),
        ("nyc", None, True),
    ]
    machines = ScanInfo(vantage="fra, nyc", options={"from": ["fra", "nyc"]})
    assert [each.vantage for each in parts_of("m", machines)] == ["fra", "nyc"]
    assert [each.vantage for each in parts_of("m", ScanInfo(vantage="fra", options={"from": []}))] == ["fra"]
    assert parts_of("x.csv", ScanInfo()) == [ReportPart("x.csv")]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "/", "1/", "a/b", "1/3/3", "-1/3", "1/" + "9" * 40, "¹/3"])
def test_what_is_no_part_is_told_with_its_place(text: str) -> None:
    with pytest.raises(UsageError, match=r"^r\.json: scan\.shard is not as scanner writes it"):
        parts_of("r.json", ScanInfo(extra={"shard": text}))


def test_gaps() -> None:
    assert list(gaps({2, 3, 7}, 9)) == [(1, 1), (4, 6), (8, 9)]
    assert list(gaps({1, 2}, 2)) == []
    assert list(gaps({500_000_000}, 999_999_999)) == [(1, 499_999_999), (500_000_001, 999_999_999)]
