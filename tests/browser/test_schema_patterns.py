"""The schema's patterns mean the same to editors, which are JavaScript, as to Python."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.browser import Browser
from tests.targets.test_schema_agrees import INVALID, VALID
from tests.targets.test_target_schema import TYPED
from tests.targets.two_readers import SCHEMA

pytestmark = [pytest.mark.lab, pytest.mark.slow]

#: As VS Code's readers make one of a pattern: with `u`, which takes no needless escapes; and as others do.
_TRIED = """
const [patterns, texts] = JSON.parse(arguments[0]);
return ["u", ""].map((flag) => patterns.map((pattern) => {
  const expression = new RegExp(pattern, flag);
  return texts.map((text) => expression.test(text) ? "1" : "0").join("");
}));
"""


def patterns(schema: Any) -> Iterator[str]:
    """Every pattern in it."""
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "pattern" and isinstance(value, str))
        for value in schema.values():
            yield from patterns(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from patterns(value)


def test_javascript_reads_them_as_python_does(chromium: Browser, rules_page: Path) -> None:
    chromium.open(rules_page)
    found = sorted(set(patterns(SCHEMA)))
    assert len(found) > 7
    texts = [*TYPED, *(text for kind in (VALID, INVALID) for each in kind.values() for text in each)]
    texts = [text for text in texts if max(text, default="") <= "\uffff"]
    # Blanks are not the same ones to both: Python takes a NEXT LINE for one, JavaScript the byte order mark.
    texts = [text for text in texts if not re.search("[\x1c-\x1f\x85\ufeff]", text)]
    expected = ["".join("01"[bool(re.search(pattern, text))] for text in texts) for pattern in found]
    assert all("0" in answers and "1" in answers for answers in expected)
    assert chromium.run(_TRIED, json.dumps([found, texts])) == [expected, expected]
