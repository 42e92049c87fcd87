"""The overview from three hosts to thousands: which share a row or a column, and that no target is lost."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model import Request, Result, State
from scanner.reports.html.host_map import HostMap, host_map
from scanner.reports.html.host_matrix import HostMatrix
from scanner.reports.html.map_table import map_section
from tests.reports.made import place, result

OPEN = Request(expect="open")


def mapped(rows: list[Result], most: int = 1000, *sizes: int) -> HostMap:
    matrix = HostMatrix(most)
    matrix.add(rows)
    return host_map(matrix, *sizes)


def letters(found: HostMap) -> list[str]:
    """A word for each row: of each cell the first letters of its states, `!` where something is unmet, `-` for none."""
    return [
        " ".join("".join(state[0] for state in cell.states) + "!" * bool(cell.unmet) or "-" for cell in row.cells)
        for row in found.rows
    ]


def labels(found: HostMap) -> list[str]:
    return [row.label for row in found.rows]


def network(first: int, count: int, port: int, state: str) -> list[Result]:
    return [result(f"10.0.{number >> 8}.{number & 255}", port, state) for number in range(first, first + count)]


def test_few_hosts_and_ports_each_have_their_own() -> None:
    rows = [
        result("10.0.0.2", 443, "open", request=OPEN),
        result("10.0.0.2", 22, "timeout", request=OPEN),
        result("10.0.0.10", 22, "refused"),
        result("10.0.0.3", 22, "open", request=Request("db.example")),
        result("", 22, "error", "no-address", Request("nosuch.example")),
    ]
    found = mapped(rows)
    assert labels(found) == ["10.0.0.2", "db.example (10.0.0.3)", "10.0.0.10", "nosuch.example"]
    assert found.columns == [[22], [443]]
    assert letters(found) == ["t! o", "o -", "r -", "e -"]
    assert found.row_numbers() == {"10.0.0.2": 0, "10.0.0.3": 1, "10.0.0.10": 2, "nosuch.example": 3}


def test_the_title_of_a_row_says_which_hosts_they_are() -> None:
    rows = [result(f"10.0.{number >> 8}.{number & 255}", 22, "timeout") for number in range(0, 12_000, 2)]
    rows += network(12_001, 60, 22, "open")
    named, *_ = found = mapped(rows, 20_000).rows
    assert named.label == "6,000 hosts: 10.0.0.0, 10.0.0.2 and 5,998 more ranges"
    assert named.title.startswith("6,000 hosts: 10.0.0.0, 10.0.0.2, 10.0.0.4, ")
    assert named.title.endswith(", 10.0.0.14 and 5,992 more ranges")
    assert found[1].title == found[1].label == "60 hosts: 10.0.46.225-10.0.47.28"


def test_the_title_of_an_address_says_all_names_that_led_to_it() -> None:
    names = ("db1", "db2", "db1", "db3", "10.0.0.1", "db4", "db5")
    row = mapped([result("10.0.0.1", 22, "open", request=Request(name)) for name in names[:3]]).rows[0]
    assert (row.label, row.title) == ("db1 and other names (10.0.0.1)", "db1, db2 (10.0.0.1)")
    row = mapped([result("10.0.0.1", 22, "open", request=Request(name)) for name in names]).rows[0]
    assert row.title == "db1, db2, db3 and others (10.0.0.1)"


def test_two_rows_of_one_target_are_one_cell() -> None:
    at = place("10.0.0.1")
    found = mapped([result(at, 22, "open"), result(at, 22, "timeout", request=OPEN)])
    assert letters(found) == ["ot!"]


def test_many_hosts_that_are_alike_share_a_row() -> None:
    rows = [*network(1, 200, 22, "timeout"), *network(201, 50, 22, "open"), *network(251, 1, 22, "refused")]
    found = mapped(rows)
    assert labels(found) == ["200 hosts: 10.0.0.1-200", "50 hosts: 10.0.0.201-250", "10.0.0.251"]
    assert found.rows[0].cells[0] == ({State.TIMEOUT: 200}, 0, 200)


def test_many_that_differ_are_taken_together_by_network() -> None:
    states = ("open", "refused", "timeout", "unreachable")
    rows = [
        result(f"10.0.{number // 16}.{number % 16}", port, states[number >> 2 * port & 3], "no-response")
        for number in range(256)
        for port in range(4)
    ]
    found = mapped(rows, 5000, 16)
    assert len(found.rows) == 16
    assert labels(found)[:2] == ["16 hosts of 10.0.0.0/28", "16 hosts of 10.0.1.0/28"]
    silent = [result(f"10.9.0.{number}", 0, "timeout") for number in range(250)]
    found = mapped(rows + silent, 5000, 16)
    assert len(found.rows) <= 16
    assert labels(found)[-1] == "250 hosts: 10.9.0.0-249"


def test_families_and_names_do_not_mix_in_a_network() -> None:
    rows = [result(f"{start}{number}", number + 1, "open") for number in range(60) for start in ("10.0.0.", "fd00::")]
    rows += [result("", number + 1, "error", "no-address", Request(f"n{number}.example")) for number in range(60)]
    found = mapped(rows, 5000, 8, 5)
    assert labels(found) == [
        "16 hosts of 10.0.0.0/28", "16 hosts of 10.0.0.16/28", "16 hosts of 10.0.0.32/28", "12 hosts of 10.0.0.48/28",
        "60 hosts of fd00::/112", "60 hosts without an address",
    ]  # fmt: skip


def test_neighbouring_ports_that_do_not_differ_share_a_column() -> None:
    rows = [
        result(f"10.0.0.{host}", port, "open" if port == 22 + host else "refused") for port in range(1, 1001)
        for host in (1, 2)
    ]  # fmt: skip
    found = mapped(rows, 5000)
    assert [(ports[0], ports[-1]) for ports in found.columns] == [(1, 22), (23, 23), (24, 24), (25, 1000)]
    assert letters(found) == ["r o r r", "r r o r"]


def test_the_ports_that_most_have_open_stand_alone() -> None:
    rows = [
        result(f"10.0.0.{host}", port, "open" if port in (22, 80) or port % 10 == host else "refused")
        for port in range(1, 101)
        for host in range(5)
    ]
    found = mapped(rows, 5000, 48, 9)
    assert len(found.columns) <= 9
    assert [ports for ports in found.columns if len(ports) == 1] == [[22], [80]]


def test_where_all_ports_tell_alike_columns_are_of_a_size() -> None:
    rows = [
        result(f"10.0.0.{host}", port, "timeout" if (port + host) % 3 else "open", request=OPEN)
        for port in range(1, 101)
        for host in range(5)
    ]
    found = mapped(rows, 5000, 48, 10)
    assert [len(ports) for ports in found.columns] == [12] * 8 + [4]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 70), st.integers(1, 90), st.sampled_from(State), st.booleans()),
        max_size=300, unique_by=lambda each: each[:2],
    ),
    st.integers(2, 12),
    st.integers(3, 12),
)  # fmt: skip
def test_every_target_is_counted_once(targets: list[tuple[int, int, State, bool]], rows: int, columns: int) -> None:
    results = [
        Result(place(f"10.0.0.{host}"), port, Request(), state, "", met=False if unmet else None)
        for host, port, state, unmet in targets
    ]
    found = mapped(results, 10_000, rows, columns)
    assert len(found.rows) <= rows
    assert len(found.columns) <= columns
    assert sorted(host for row in found.rows for host in row.hosts) == sorted({row.address for row in results})
    assert [port for ports in found.columns for port in ports] == sorted({row.port for row in results})
    counts: Counter[State] = Counter()
    for row in found.rows:
        for cell in row.cells:
            counts.update(cell.states)
    assert counts == Counter(state for _, _, state, _ in targets)
    assert sum(cell.unmet for row in found.rows for cell in row.cells) == sum(unmet for *_, unmet in targets)


def test_hosts_without_room_are_counted() -> None:
    matrix = HostMatrix(10)
    matrix.add([result(place(f"10.0.0.{host}", 4), port, "open") for port in range(4) for host in range(5)])
    assert matrix.hosts == 3
    assert matrix.left == {"open": 8}
    section = map_section(host_map(matrix), matrix)
    assert "The map shows 3 hosts, as many as it has room for; not on it are 8 more targets: 8 open." in section


def test_more_hosts_than_there_is_room_for() -> None:
    matrix = HostMatrix(most_hosts=2)
    matrix.add([result(f"10.0.0.{host}", port, "timeout") for port in range(2) for host in range(5)])
    assert (matrix.hosts, matrix.left) == (2, {"timeout": 6})


def test_a_host_that_has_more_ports_than_anybody_said_is_bounded_too() -> None:
    matrix = HostMatrix(10)
    at = place("10.0.0.1", 1)
    matrix.add([result(at, port, "open") for port in range(1, 100)])
    assert matrix.left == {"open": 99 - 40}


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (
            [("open", 22)],
            '<td class="open" title="10.0.0.1, port 22: 1 open" aria-label="10.0.0.1, port 22: 1 open">O</td>',
        ),
        ([("open", 22), ("timeout", 22)], "OT</td>"),
        ([("open", 22), ("timeout", 22), ("timeout", 22)], ', port 22: 1 address:port pair, 1 open, 1 timeout">'),
        ([("open", 22), ("open", 22)], "The map counts pairs of address and port, not rows: 1 row repeats a pair, "),
        ([("open", 22), ("open", 22), ("open", 22)], "2 rows repeat a pair"),
    ],
)
def test_a_cell_is_a_letter_and_a_title(cells: list[tuple[str, int]], text: str) -> None:
    matrix = HostMatrix()
    matrix.add([result("10.0.0.1", port, state) for state, port in cells])
    assert text in map_section(host_map(matrix), matrix)
