"""The plain lists of a page, which are what paper and a browser without scripts show: what is in them, and what is said
of the rest."""

from pathlib import Path

from scanner.model import Result
from tests.reports.html.paged import Page, paged, written
from tests.reports.made import result


def headings(page: Page) -> list[str]:
    """What stands around the tables."""
    return page.texts("//div[@id='lists']//*[self::h2 or self::h3 or self::p]")


def silent(first: int, count: int) -> list[Result]:
    return [result(f"10.0.{number >> 8}.{number & 255}", 22, "timeout") for number in range(first, first + count)]


def rejected(first: int, count: int, sender: str) -> list[Result]:
    return [
        result(f"10.1.{number >> 8}.{number & 255}", 22, "unreachable", "admin-prohibited", icmp_from=sender)
        for number in range(first, first + count)
    ]


def test_a_sweep_on_paper_names_what_is_open_and_what_could_not_be_probed(tmp_path: Path) -> None:
    rows = [
        *(result(f"10.0.0.{host}", port, "open") for port in (22, 80) for host in (1, 2, 5)),
        result("10.0.0.9", 22, "error", "no-route"),
        result("10.0.0.3", 22, "timeout"),
        *(result("10.0.0.4", port, "refused") for port in range(1, 100)),
    ]
    page = paged(written(tmp_path / "a.html", *rows))
    titles = ["Blocked: 1 target", "Error: 1 target", "Open: 6 targets"]
    assert page.texts("//div[@id='lists']//h2") == titles
    assert [(row["host"], row["ports"]) for row in page.listed()] == [
        ("10.0.0.3", "22"), ("10.0.0.9", "22"), ("10.0.0.1 to 10.0.0.2", "22,80"), ("10.0.0.5", "22,80"),
    ]  # fmt: skip


def test_a_list_of_what_is_open_is_bounded_and_says_so(tmp_path: Path) -> None:
    page = paged(written(tmp_path / "a.html", *(result(f"10.0.{n >> 8}.{n & 255}", 22, "open") for n in range(1000))))
    assert len(page.listed()) < 10
    assert headings(page) == [
        "Open: 1,000 targets, 500 shown",
        "open, syn-ack: 1,000 targets, 500 shown",
        "Left out here: 500 more targets, 500 open (syn-ack).",
    ]


def test_a_heading_counts_all_that_was_found(tmp_path: Path) -> None:
    rows = [*silent(0, 300), *rejected(0, 100, "10.9.0.1"), *silent(300, 700), *rejected(100, 50, "10.9.0.1")]
    assert headings(paged(written(tmp_path / "a.html", *rows))) == [
        "Blocked: 1,150 targets, 500 shown",
        "timeout, no-response: 1,000 targets, 400 shown",
        "unreachable, admin-prohibited by 10.9.0.1: 150 targets, 100 shown",
        "Left out here: 650 more targets, 600 timeout (no-response), 50 unreachable (admin-prohibited).",
    ]


def test_what_another_router_rejected_is_not_counted_under_a_heading_of_the_first(tmp_path: Path) -> None:
    rows = [*rejected(0, 500, "10.9.0.1"), *rejected(500, 7, "10.9.0.2"), *rejected(507, 3, "10.9.0.1")]
    assert headings(paged(written(tmp_path / "a.html", *rows))) == [
        "Blocked: 510 targets, 500 shown",
        "unreachable, admin-prohibited by 10.9.0.1: 503 targets, 500 shown",
        "Left out here: 10 more targets, 10 unreachable (admin-prohibited).",
    ]
