"""The scans whose pages the tests look at."""

from collections.abc import Iterator
from pathlib import Path

from scanner.model import Request, Result
from scanner.reports import ScanInfo
from tests.reports.made import opened, place, result

_INFO = ScanInfo(
    started="2026-01-02T03:04:05.678Z", finished="2026-01-02T03:04:07.000Z", elapsed_s=1.322, vantage="box",
    options={"command": "scan", "targets": ["rules.yaml"]}, warnings=["something was slow"],
)  # fmt: skip


def write_page(path: Path, rows: list[Result], info: ScanInfo = _INFO) -> Path:
    """Writes the page of these rows."""
    report, _ = opened("html", path)
    report.write(rows)
    report.finish(info)
    return path


def fifty_rules() -> list[Result]:
    """Ten hosts at five ports: 443 open; 22 refused, though expected open; 80 silent as expected; 8080 rejected by a
    router; 3306 by each host itself."""
    web = Request(name="web tier", expect="open", tags=("prod",), vantage="box")
    shut = Request(name="management", expect="blocked", order=1, vantage="box")
    free = Request(order=2, vantage="box")
    rows = []
    for number in range(1, 11):
        at = place(f"10.0.0.{number}", 5, source="10.9.0.2")
        rows += [
            result(at, 443, "open", request=web, rtt_ms=number * 1.5),
            result(at, 22, "refused", request=web, rtt_ms=number * 0.1),
            result(at, 80, "timeout", request=shut, attempts=2),
            result(at, 8080, "unreachable", "admin-prohibited", free, icmp_from="10.1.0.1"),
            result(at, 3306, "unreachable", "port-unreach", free, icmp_from=at.address, doubt="flipped"),
        ]
    return rows


def sweep(hosts: int, ports: range) -> Iterator[Result]:
    """So many hosts at these ports; every third host refuses what is not 80, the others are silent."""
    request = Request(vantage="box")
    places = [place(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", len(ports)) for number in range(hosts)]
    for port in ports:
        for number, at in enumerate(places):
            if number % 3:
                yield result(at, port, "timeout", request=request)
            else:
                state = "open" if port == 80 else "refused"
                yield result(at, port, state, request=request, rtt_ms=0.25 + number % 50)
