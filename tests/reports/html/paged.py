"""A page as lxml reads it: what is text and data there, and that nothing else is in it."""

import base64
import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from lxml import html as reader

from scanner.model import FIELDS, Result
from scanner.reports import ScanInfo
from scanner.words.stamp import iso_time
from tests.reports.made import batches, opened

#: Every element of a page and every attribute: nothing that loads, nothing that runs but what the policy names.
_TAGS = {
    "html", "head", "meta", "title", "style", "script", "body", "a", "header", "span", "button", "main", "h1", "h2",
    "h3", "ul", "li", "b", "dl", "div", "dt", "dd", "details", "summary", "noscript", "p", "section", "label", "input",
    "kbd", "code", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "rect", "strong",
}  # fmt: skip
_ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "href", "type", "id", "hidden", "for", "autocomplete",
    "spellcheck", "scope", "colspan", "title", "role", "viewbox", "preserveaspectratio", "x", "width", "height",
    "aria-label", "aria-labelledby", "aria-describedby", "aria-hidden", "aria-live",
}  # fmt: skip


class Page(NamedTuple):
    """`data`: the data block; `rows`: its rows by the names of the fields; `tree`: all elements."""

    tree: Any
    data: dict[str, Any]
    rows: list[dict[str, Any]]

    def texts(self, path: str) -> list[str]:
        """What stands in these elements, in their order."""
        return [" ".join(each.text_content().split()) for each in self.tree.xpath(path)]

    @property
    def headline(self) -> str:
        return self.texts("//h1")[0].lstrip("✓✗! ")

    def facts(self) -> dict[str, str]:
        """The pairs of the head."""
        pairs = self.tree.xpath("//main/dl/div")
        return {each.find("dt").text_content(): each.find("dd").text_content() for each in pairs}

    def listed(self) -> list[dict[str, str]]:
        """The rows of the plain lists."""
        found = []
        for table in self.tree.xpath("//table[@class='list']"):
            names = [each.text_content() for each in table.xpath(".//th")]
            for row in table.xpath(".//tbody/tr"):
                found.append(dict(zip(names, (each.text_content() for each in row), strict=True)))
        return found


def paged(text: str) -> Page:
    """Fails where the page has an element, attribute or script that is not one of ours."""
    tree = reader.document_fromstring(text)
    for each in tree.iter():
        assert each.tag in _TAGS, each.tag
        assert set(each.attrib) <= _ATTRIBUTES, each.attrib
        assert each.get("href", "#").startswith("#")
    _check_policy(tree)
    data = json.loads(tree.xpath("//script[@type]")[0].text)
    return Page(tree, data, rows_of(data["rows"]))


def _check_policy(tree: Any) -> None:
    """Nothing may run, load or be styled but by a hash, and these are the hashes of what is here."""
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts.pop("default-src") == parts.pop("base-uri") == parts.pop("form-action") == "'none'"
    for name, path in (("script-src", "//script[not(@type)]"), ("style-src", "//style")):
        assert parts.pop(name).split() == [_hash_source(each.text) for each in tree.xpath(path)]
    assert not parts


def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def rows_of(rows: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a data block, each as the fields of a report."""
    found = []
    columns = [rows[name] for name in ("entry", "place", "port", "verdict", "time", "rtt_ms")]
    for entry, place, port, verdict, time, rtt in zip(*columns, strict=True):
        name, expect, tags, vantage = rows["entries"][entry]
        host, address, source, _ = rows["places"][place]
        when = rows["odd_times"][-1 - time] if time < 0 else iso_time((rows["first_time"] + time) / 1000)
        state, reason, icmp_from, doubt, met, attempts, lost_syns = rows["verdicts"][verdict]
        values = (
            name, host, address, port, rows["services"].get(str(port), ""), state, reason, icmp_from,
            None if rtt < 0 else rtt, attempts, expect, met, tags, vantage, when, source, doubt,
            lost_syns,
        )  # fmt: skip
        found.append(dict(zip(FIELDS, values, strict=True)))
    assert len(found) == rows["count"]
    return found


def fields_of(result: Result) -> dict[str, Any]:
    """A row as the page should have it."""
    rtt = None if result.rtt_ms is None else float(f"{result.rtt_ms:.3f}")
    texts = {name: getattr(result, name) for name in FIELDS}
    return texts | {"tags": list(result.tags), "rtt_ms": rtt}


def as_bag(rows: list[dict[str, Any]]) -> Counter[str]:
    """Rows without their order."""
    return Counter(json.dumps(row, sort_keys=True) for row in rows)


def written(path: Path, *rows: Result, info: ScanInfo | None = None) -> str:
    """The text of a page with these rows."""
    report, _ = opened("html", path)
    for batch in batches(list(rows)):
        report.write(batch)
        report.flush()
    report.finish(info or ScanInfo())
    return path.read_bytes().decode("utf-8")


def scripts() -> list[Path]:
    """The files of the page's behaviour, as they lie in the package."""
    import scanner.reports.html

    return sorted(Path(scanner.reports.html.__file__).parent.glob("*.js"))


#: What would be markup, end a block, or reverse, hide or drive what follows.
EVIL = (
    "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\u202eabc\u2066\x00\x1b[31m\u2028\udcff&amp;\"'`"
)
EVIL_SHOWN = re.sub(r"[^ -~]", lambda found: ascii(found[0])[1:-1], EVIL)
