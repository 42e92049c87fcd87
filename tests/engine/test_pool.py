"""Small hosts that share a path, until their part of it is one of its own."""

from scanner.engine.truth.path import Path
from scanner.engine.truth.pool import Pool
from scanner.model import Place
from tests.engine.fakes import AF_INET


def test_all_share_one_path_until_a_part_has_its_own() -> None:
    pool = Pool(attached=True)
    assert (pool.path.shared, pool.path.attached) == (True, True)
    assert pool.of(Place("10.9.3.1", AF_INET)) is pool.path
    part = pool.regions.paths["10.9.3"] = Path(1)
    assert pool.of(Place("10.9.3.1", AF_INET)) is part
    assert pool.of(Place("10.9.4.1", AF_INET)) is pool.path
