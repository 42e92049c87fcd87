"""What a random order costs: the walk through target spaces with and without it, and a whole sweep, in turns.

Microseconds are the processor's. Of the walks the difference counts, beside what a refused probe costs altogether; of
the sweep the ratio. At most a tenth of a sweep is asked for.
"""

import argparse
import time

import bench

from scanner.targets.entry import Settings
from scanner.targets.make_plan import plan_from_sweep
from scanner.targets.plan import Plan
from scanner.words.builtin_values import SWEEP

_AT_ONCE, _MOST = 256, 500_000
#: Name, hosts, ports. Of the largest the first half million targets are taken.
_SPACES = [
    ("10.0.0.0/8 x 1 port", ["10.0.0.0/8"], "80"),
    ("five networks x 3 ports", [f"10.{number}.0.0/16" for number in range(0, 10, 2)], "80-82"),
    ("256 hosts x 1024 ports", ["10.0.0.0/24"], "1-1024"),
    ("20,000 single hosts x 2 ports", [f"10.{n % 200}.{n // 200}.7" for n in range(20_000)], "80,443"),
]


def _walk(plan: Plan) -> float:
    """Microseconds a target, the start included."""
    feed = plan.feed()
    began, taken = time.process_time(), 0
    while taken < _MOST and (out := feed.take(_AT_ONCE)):
        taken += len(out)
    return (time.process_time() - began) / taken * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    bench.header("a random order against that of the list")
    bench.enter_scene("wide")
    for name, hosts, ports in _SPACES:
        plan = plan_from_sweep(hosts, ports, Settings(builtin=SWEEP))
        mixed = plan.in_random_order(1)
        costs = bench.alternate({"list": lambda p=plan: _walk(p), "random": lambda p=mixed: _walk(p)}, given.rounds)
        print(name)
        for order, each in costs.items():
            print(f"  {order:8} {bench.spread(each, 'us a target')}", flush=True)
    sweep = [*bench.SCANNER, "sweep", "10.0.1.0/24", "-p", "1-1024", "-q", "-o", "csv:/dev/null"]
    orders = {"list": "--no-shuffle", "random": "--shuffle"}
    costs = bench.alternate({key: lambda o=o: bench.timed([*sweep, o]).cpu for key, o in orders.items()}, given.rounds)
    print("whole sweep of 256 hosts x 1024 refused ports, the processor's time")
    for order, each in costs.items():
        print(f"  {order:8} {bench.spread(each, 's')}")
    print(f"  ratio    {bench.ratio(costs['random'], costs['list'])}  (at most 1.1)")


if __name__ == "__main__":
    main()
