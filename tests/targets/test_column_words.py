"""`--columns`: pairs of role and head, and what is none."""

import pytest

from scanner.errors import UsageError
from scanner.targets.formats.column_words import joined_columns, parse_columns


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("host=Ziel", (("host", "Ziel"),)),
        ("host=Ziel,port=Dienst", (("host", "Ziel"), ("port", "Dienst"))),
        (" Host = Ziel Adresse , port = Nr. ", (("host", "Ziel Adresse"), ("port", "Nr."))),
        ('host="Ziel, neu",port=\'a="b"\'', (("host", "Ziel, neu"), ("port", 'a="b"'))),
        ("from_port=a=b", (("from_port", "a=b"),)),
    ],
)
def test_pairs(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert parse_columns(text) == pairs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hosts=Ziel", 'no column can be "hosts"; did you mean "host"? write one of host, port, service'),
        ("=Ziel", 'no column can be ""; write one of host, port, service'),
        ("Ziel", '"Ziel" does not say which column is which; write pairs such as host=Ziel,port=Dienst'),
        ("host=Ziel,Dienst", '"host=Ziel,Dienst" does not say which column is which; write pairs such as host=Ziel'),
        ("host=", '"host=" names no column for host; write pairs such as host=Ziel,port=Dienst'),
        ('host="Ziel', '"host="Ziel" does not say which column is which'),
        ("", '"" does not say which column is which'),
    ],
)
def test_what_is_no_pair(text: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_columns(text)
    assert str(error.value).startswith(told)


def test_each_role_once() -> None:
    assert joined_columns(((("host", "a"),), (("port", "b"), ("host", "a")))) == (("host", "a"), ("port", "b"))
    with pytest.raises(UsageError, match='--columns: host is both "a" and "b"; write one'):
        joined_columns(((("host", "a"),), (("host", "b"),)))
