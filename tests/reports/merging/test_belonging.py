"""What belongs together, and what is missing of it."""

import pytest

from scanner.errors import UsageError
from scanner.reports import ScanInfo
from scanner.reports.merging import Belonging, ReportPart, parts_of
from scanner.reports.merging.report_parts import gaps, shard_of

_LIST, _OTHER = "ab" * 32, "cd" * 32


def part(path: str, shard: str = "", *, digest: str = _LIST, vantage: str = "fra", **more: bool) -> ReportPart:
    """From a vantage that was typed."""
    return ReportPart(path, digest, vantage, shard_of(shard), **{"named": True} | more)


def on(host: str, path: str, shard: str = "", **more: bool) -> ReportPart:
    """From a host whose name is its vantage, since nobody typed one."""
    return part(path, shard, vantage=host, named=False, **more)


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
    machines = on("w1", "a", "1/3"), on("w2", "b", "2/3"), on("w3", "c", "3/3")
    found = Belonging(machines)
    assert (found.missing, found.together) == ([], {"w1", "w2", "w3"})
    assert found.doubts[0].startswith(
        "the shards are from several vantages (w1, w2, w3), which are merely hosts' names, and are taken as parts"
    )
    lacking = Belonging(machines[1:])
    assert (lacking.missing, lacking.lacking) == (["shard 1 of 3 is missing"], {""})
    cut = on("w4", "x", "2/3", complete=False)
    assert missing(*machines, cut) == [], "run again on another machine"
    assert missing(machines[0], cut, machines[2]) == ["x: was not finished, so rows may be missing"]
    again = Belonging([*machines, on("w9", "x", "2/3")])
    assert (again.missing, again.together) == ([], {"w1", "w2", "w3", "w9"}), "a whole shard run again elsewhere"


def test_what_is_whole_stands_apart_from_the_shards_of_machines() -> None:
    machines = on("w1", "a", "1/2"), on("w2", "b", "2/2")
    for whole in (part("x"), on("w5", "x")):
        found = Belonging([whole, *machines])
        assert (found.missing, found.together) == ([], {"w1", "w2"})
    cut = Belonging([on("w1", "x", complete=False), *machines])
    assert (cut.missing, cut.together) == ([], {"w1", "w2"}), "it was cut off, and then scanned in parts"
    alone = on("w1", "a", "1/2"), on("w1", "b", "2/2")
    again = Belonging([*alone, on("w2", "c", "1/2")])
    assert (again.missing, again.together) == ([], {"w1", "w2"})
    both = Belonging([*alone, on("w2", "c", "1/2"), on("w2", "d", "2/2")])
    assert (both.missing, both.together) == ([], set())


def test_places_that_were_typed_do_not_complete_each_other() -> None:
    halves = part("a", "1/2"), part("b", "2/2", vantage="nyc")
    found = Belonging(halves)
    assert found.missing == ["shard 2 of 2 from vantage fra is missing", "shard 1 of 2 from vantage nyc is missing"]
    assert found.together == set()
    assert len(missing(part("a", "1/2"), on("w1", "b", "2/2"))) == 2


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
    spread = on("fra", "a", "1/2"), on("nyc", "b", "2/2")
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


def test_what_was_joined_without_all_parts_may_have_those_that_are_missing() -> None:
    """From another host. Which of them it has, it does not tell."""
    joined = on("w1", "m", complete=False, joined=True)
    stays = "m: was not complete when it was joined, and stays so; merge the reports that it was made of"
    assert missing(joined, on("w2", "b", "2/2")) == [stays, "shard 1 of 2 from vantage w2 is missing, unless m has it"]
    assert missing(joined, on("w2", "b", "2/3"), part("c.csv", digest="", vantage=""))[1] == (
        "shards 1, 3 of 3 from vantage w2 are missing, unless c.csv is of this scan or m has them"
    )
    for elsewhere in (part("b", "2/2", vantage="nyc"), part("b", "2/2", vantage="nyc", named=False)):
        typed = part("m", complete=False, joined=True)
        assert missing(typed, elsewhere)[1] == "shard 1 of 2 from vantage nyc is missing"
    assert Belonging([joined, on("w2", "b", "2/2")], apart=True).missing[1] == "shard 1 of 2 from vantage w2 is missing"


def test_what_says_nothing_of_its_list_is_taken_with_a_word() -> None:
    unseen = part("a.csv", digest=""), part("b.jsonl", digest="")
    why = "a.csv, b.jsonl do not say of which list and shard (only json and db reports do): merged unseen"
    found = Belonging([*unseen, part("c", "2/4")])
    assert found.doubts == [why]
    assert found.missing == ["shards 1, 3-4 of 4 from vantage fra are missing, unless a.csv, b.jsonl are of this scan"]
    (said,) = missing(unseen[0], part("c", "2/3"))
    assert said == "shards 1, 3 of 3 from vantage fra are missing, unless a.csv is of this scan"
    assert Belonging([part("a.csv", digest="")]).doubts == []
    assert len(missing(part("a.csv.partial", digest="", complete=False), part("b"))) == 1


def test_what_says_nothing_of_its_shard_may_be_those_that_are_missing() -> None:
    """As many as there are missing, with rows that no other has: shards never share one."""
    parts = part("a", "1/3"), part("b.csv", digest=""), part("c.csv", digest="", vantage="")
    found = Belonging(parts)
    assert found.missing == []
    assert found.doubts == [
        "b.csv, c.csv do not say of which list and shard (only json and db reports do): merged unseen, as shards 2-3 "
        "of 3 from vantage fra"
    ]
    assert len(Belonging(parts, overlap=True).missing) == 1
    assert len(missing(*parts[:2], part("c.csv", digest="", vantage="nyc"))) == 1, "it says that it is from elsewhere"
    assert len(missing(*parts[:2], part("c.csv.partial", digest="", complete=False))) == 2
    assert len(missing(*parts, part("d", "1/2", vantage="nyc"))) == 2, "of which of them they are nobody knows"
    hosts = Belonging([on("w1", "a", "1/2"), on("w2", "b.csv")._replace(digest="")])
    assert (hosts.missing, hosts.together) == ([], {"w1", "w2"})


def test_what_was_joined_of_unknown_parts_has_another_remedy() -> None:
    found = Belonging([part("m.json", digest="", joined=True), part("a")])
    assert found.doubts == [
        "m.json was made of reports that do not all say of which list and shard they are: merged unseen; better merge "
        "json or db reports of what is in it"
    ]


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


@pytest.mark.parametrize("options", [{"vantage": "fra"}, {"from": ["fra"]}])
def test_a_vantage_that_was_typed_is_told_by_the_options(options: dict[str, object]) -> None:
    (named,) = parts_of("a", ScanInfo(vantage="fra", options=options))
    assert named.named
    assert not parts_of("a", ScanInfo(vantage="fra", options={"timeout": 1}))[0].named


def test_a_report_made_of_shards_is_these_shards() -> None:
    """By what each of them says of itself; what is not all of one list, or was cut off, says too little."""
    sources = [
        {"vantage": "fra", "list_digest": _LIST, "shard": f"{at}/3", "options": {"vantage": "fra"}} for at in (1, 2)
    ]
    found = parts_of("m", ScanInfo(extra={"sources": sources}))
    assert found == [ReportPart("m", _LIST, "fra", (at, 3), joined=True, named=True) for at in (1, 2)]
    assert missing(*found, part("c", "3/3")) == []
    cut = parts_of("m", ScanInfo(extra={"sources": sources}, complete=False))
    assert cut == [ReportPart("m", _LIST, "fra", None, False, joined=True, named=True)]
    (mixed,) = parts_of("m", ScanInfo(extra={"sources": [*sources, {"vantage": "fra"}]}))
    assert (mixed.digest, mixed.shard, mixed.joined) == ("", None, True)
    forced = parts_of("m", ScanInfo(extra={"sources": [*sources, sources[0] | {"shard": "1/4"}]}))
    assert [part.shard for part in forced] == [None]


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "/", "1/", "a/b", "1/3/3", "-1/3", "1/" + "9" * 40, "¹/3"])
def test_what_is_no_part_is_told_with_its_place(text: str) -> None:
    with pytest.raises(UsageError, match=r"^r\.json: scan\.shard is not as scanner writes it"):
        parts_of("r.json", ScanInfo(extra={"shard": text}))


def test_gaps() -> None:
    assert list(gaps({2, 3, 7}, 9)) == [(1, 1), (4, 6), (8, 9)]
    assert list(gaps({1, 2}, 2)) == []
    assert list(gaps({500_000_000}, 999_999_999)) == [(1, 499_999_999), (500_000_001, 999_999_999)]
