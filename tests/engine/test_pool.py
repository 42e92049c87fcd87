"""Small hosts that share a path, until their part of it is one of its own."""

from scanner.engine.truth.pool import Pool
from scanner.model import Place
from tests.engine.fakes import AF_INET, part_of


def test_all_share_one_path_until_a_part_has_its_own() -> None:
    pool = Pool(attached=True)
    assert (pool.path.shared, pool.path.attached) == (True, True)
    assert pool.of(Place("10.9.3.1", AF_INET)) is pool.path
    part = part_of(pool, "10.9.3.7")
    assert pool.of(Place("10.9.3.1", AF_INET)) is part
    assert pool.of(Place("10.9.4.1", AF_INET)) is pool.path
