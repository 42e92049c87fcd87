"""One way and the evidence on it, in plain numbers: when sentinels are due, how fast it was sent to, what was lost."""

from scanner.engine.truth.paths import Paths
from scanner.model import Place
from tests.engine.fakes import AF_INET


def test_a_host_with_256_targets_is_a_path_of_its_own_and_smaller_ones_share() -> None:
    paths = Paths()
    ways = [
        paths.of(Place(f"10.0.0.{number}", AF_INET, ports=ports)).path
        for number, ports in enumerate((1, 255, 256, 256))
    ]
    assert ways[0] is ways[1]
    assert len(set(ways)) == 3
    assert [way.shared for way in ways] == [True, True, False, False]


def test_a_host_with_a_path_of_its_own_has_that_paths_responders() -> None:
    paths = Paths()
    big, small = Place("10.0.0.1", AF_INET, ports=256), Place("10.0.0.2", AF_INET, ports=255)
    assert paths.of(big).path.responders is paths.of(big).network.responders
    assert paths.of(small).path.responders is not paths.of(small).network.responders
