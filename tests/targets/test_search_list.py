"""Under which names a name is asked for, in which order, and where that ends (glibc, res_query.c)."""

import socket
import threading
from typing import Any

import pytest

from scanner.targets.grammar.addresses import V4, V6
from scanner.targets.names.resolv_conf import ResolverSchedule, read
from scanner.targets.names.search_list import Search, Step, other_sources, steps
from tests.targets.test_resolve import AAAA, AGAIN, NO_NAME, PATIENCE_S, V4_INFO, V6_INFO, A, Clock, scene

BOTH = (V4, V6)
TWO = Search(("a.example", "b.example"))


@pytest.mark.parametrize(
    ("text", "search", "asked"),
    [
        ("db", TWO, "db.a.example. db.b.example. db."),
        ("www.good.example", TWO, "www.good.example. www.good.example.a.example. www.good.example.b.example."),
        ("x.y", TWO._replace(ndots=2), "x.y.a.example. x.y.b.example. x.y."),
        ("db", TWO._replace(ndots=0), "db. db.a.example. db.b.example."),
        ("db", TWO._replace(bare=False), "db.a.example. db.b.example."),
        ("x.y", TWO._replace(ndots=2, bare=False), "x.y.a.example. x.y.b.example. x.y."),
        ("db", Search(("a.example", "", "b.example")), "db.a.example. db. db.b.example."),
        ("x.y", Search(("", "b.example")), "x.y. x.y.b.example."),
        ("db.", TWO, "db."),
        ("www.good.example.", TWO, "www.good.example."),
        ("db", Search(), "db"),
    ],
)
def test_the_names_that_glibc_asks_for_in_its_order(text: str, search: Search, asked: str) -> None:
    made = steps(text, BOTH, search)
    assert [step.text for step in made] == asked.split()
    assert {step.families for step in made} == {BOTH}
    assert [step.text for step in made if step.as_is] == [
        step for step in asked.split() if step.strip(".") == text.strip(".")
    ]


@pytest.mark.parametrize("families", [(V4,), (V6,)])
def test_one_family_has_nothing_to_agree_on(families: tuple[int, ...]) -> None:
    assert steps("db", families, TWO) == [Step("db", families)]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("db", [("db", (0,))]),
        ("www.good.example", [("www.good.example.", BOTH), ("www.good.example", (0,))]),
        ("printer.Local", [("printer.Local", (0,))]),
        ("db.", [("db.", BOTH)]),
    ],
)
def test_other_sources_are_asked_as_it_is_typed(text: str, asked: list[Any]) -> None:
    made = steps(text, BOTH, TWO._replace(others=True))
    assert [(step.text, step.families) for step in made] == asked


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("", False),
        ("passwd: files ldap\nhosts:\tfiles dns # mdns\n", False),
        ("hosts: dns [!UNAVAIL=return] files", False),
        ("hosts: files [ NOTFOUND=continue ] dns", False),
        ("hosts: files mdns4_minimal [NOTFOUND=return] dns", True),
        (" hosts : files myhostname resolve [!UNAVAIL=return] dns", True),
        ("#hosts: files ldap", False),
    ],
)
def test_sources(text: str, others: bool) -> None:
    assert other_sources(text, {}) == others
    assert other_sources(text, {"HOSTALIASES": "/x"})


@pytest.mark.parametrize(
    ("text", "environ", "hostname", "search"),
    [
        ("", {}, "host", Search()),
        ("", {}, "host.b.example.", Search(("b.example",))),
        (
            "search a.example. b.example\noptions ndots:5 no-tld-query\n",
            {},
            "host.x",
            TWO._replace(ndots=5, bare=False),
        ),
        ("search a.example\ndomain c.example d.example\n", {}, "host", Search(("c.example",))),
        ("search a.example .\n", {}, "host", Search(("a.example", ""))),
        ("search x\n", {"LOCALDOMAIN": "a.example b.example", "RES_OPTIONS": "ndots:0"}, "h", TWO._replace(ndots=0)),
        ("search a.example b.example\noptions ndots:99\n", {}, "host", TWO._replace(ndots=15)),
        ("search a.example\n", {"LOCALDOMAIN": ""}, "host.example", Search()),
    ],
)
def test_where_the_list_comes_from(text: str, environ: dict[str, str], hostname: str, search: Search) -> None:
    assert read(text, environ, hostname).search == search


def walk(answers: dict[str, Any], **more: Any) -> tuple[Clock, list[tuple[str, int]]]:
    """A resolver in whose world these names have these answers: (for IPv4, for IPv6), an error where one is. The others
    do not exist. And what it asks for."""
    asked: list[tuple[str, int]] = []

    def lookup(name: str, port: None, family: int, kind: int) -> list[Any]:
        asked.append((name, family))
        answer = answers.get(name, (NO_NAME, NO_NAME))[family == V6]
        if isinstance(answer, OSError):
            raise answer
        return [answer]

    return scene(lookup, **{"schedule": ResolverSchedule(queries=3, search=TWO)} | more), asked


NOTHING = socket.gaierror(getattr(socket, "EAI_NODATA", socket.EAI_NONAME), "x")


def test_the_first_name_that_has_either_family_is_the_name() -> None:
    it, asked = walk({"db.a.example.": (V4_INFO, NOTHING), "db.b.example.": (NOTHING, V6_INFO)})
    assert it.submit("db").all_told()[0] == ("db", [A], "")
    assert {each.missed for each in it.told} == {0}
    assert sorted(asked) == [("db.a.example.", V4), ("db.a.example.", V6)]


def test_and_of_either_family() -> None:
    it, _ = walk({"www.x.": (NOTHING, V6_INFO), "www.x.a.example.": (V4_INFO, NOTHING)})
    assert [told for told in it.submit("www.x").all_told() if told[1]] == [("www.x", [AAAA], "")]


def test_the_next_is_asked_when_both_families_have_none() -> None:
    it, asked = walk({"db.b.example.": (V4_INFO, V6_INFO)})
    told = it.submit("db").all_told()
    assert sorted(told, key=str) == sorted([("db", [A], ""), ("db", [AAAA], "")], key=str)
    assert [each.more for each in it.told] == [True, False]
    assert {name for name, _ in asked[:2]} == {"db.a.example."}
    assert {name for name, _ in asked[2:]} == {"db.b.example."}


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({}, "no-address"),
        ({"db.a.example.": (AGAIN, NO_NAME)}, "dns-failed"),
        ({"db.": (NO_NAME, AGAIN)}, "dns-failed"),
    ],
)
def test_of_all_steps_what_leaves_most_open_is_told(answers: dict[str, Any], reason: str) -> None:
    it, asked = walk(answers)
    assert it.submit("db").all_told() == [("db", [], reason)]
    assert len(asked) == 6
    assert it.resolver.pending == 0


def test_what_became_of_the_name_as_it_stands_is_the_reason_if_it_was_asked_first() -> None:
    it, _ = walk({"www.x.b.example.": (AGAIN, AGAIN)})
    assert it.submit("www.x").all_told() == [("www.x", [], "no-address")]


def test_silence_ends_the_list_but_not_the_name_as_it_stands() -> None:
    """The C library says "try again" of it, after as long as silence takes."""
    answers = {"db.a.example.": (AGAIN, NO_NAME), "db.b.example.": (V4_INFO, NO_NAME), "db.": (NO_NAME, V6_INFO)}
    it, asked = walk(answers, schedule=ResolverSchedule(1, 0, 0, search=TWO))
    assert [told for told in it.submit("db").all_told() if told[1] or told[2]] == [("db", [AAAA], "")]
    assert {name for name, _ in asked} == {"db.a.example.", "db."}


def test_a_name_that_was_given_up_has_had_its_time() -> None:
    gate = threading.Event()
    asked: list[str] = []

    def lookup(name: str, *_: object) -> list[Any]:
        asked.append(name)
        gate.wait(PATIENCE_S)
        return []

    it = scene(lookup, schedule=ResolverSchedule(search=TWO), deadline=3.0)
    it.submit("www.x").under_way(2).pass_by(3.5)
    assert [(each.name, each.reason) for each in it.told] == [("www.x", "dns-timeout")]
    gate.set()
    it.until(lambda: not it.resolver.busy)
    assert set(asked) == {"www.x."}


def test_a_name_of_the_hosts_file_is_not_searched() -> None:
    it, asked = walk({"db": (V4_INFO, NOTHING)}, listed=lambda names: {"db"})
    assert it.submit("db").all_told() == [("db", [A], "")]
    assert asked == [("db", 0)]
