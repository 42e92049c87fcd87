"""Text in a page that nothing but reads as text, and what may run there.

Whatever others wrote is shown escaped, with what is not printable (controls, direction marks, lone surrogates) as
visible escapes. In the data block it is as it was: the page's script makes it visible when it shows it. A policy in the
page's head (CSP) allows the scripts and the style that this module has seen, by their hashes, and nothing else: no
network, no image, no frame, no form, no handler or style in an attribute. So a hole in the escaping is not yet one in
the page.
"""

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from typing import Any

from scanner.reports.json_report import encode
from scanner.words.plain import plain


def html_text(text: str, most: int = 0) -> str:
    """`text` as HTML, also for an attribute in double quotes, on one line; cut to `most` characters if given.

    >>> html_text('a "b" <c>\\n')
    'a &quot;b&quot; &lt;c&gt;\\\\n'
    """
    text = plain(text)
    if 0 < most < len(text):
        text = text[: most - 1] + "…"
    return escape(text)


def in_data_block(value: Any) -> str:
    """`value` as JSON that may stand between <script> tags: no `<` can end the block, or begin a comment there.

    >>> in_data_block("</script><!--")
    '"\\\\u003c/script>\\\\u003c!--"'
    """
    return encode(value).replace("<", "\\u003c")


def policy(scripts: Iterable[str], styles: Iterable[str]) -> str:
    """The content of the page's Content-Security-Policy: these texts between their tags, and nothing else."""
    return (
        f"default-src 'none'; script-src {' '.join(map(_source, scripts))}; "
        f"style-src {' '.join(map(_source, styles))}; base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
