"""`scanner --help` against `python -c "import click"`: what a person waits for before anything happens."""

import argparse
import sys

import bench


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    bench.header("start-up")
    subjects = {
        "scanner --help": [*bench.SCANNER, "--help"],
        "import click": [sys.executable, "-c", "import click"],
        "bare python": [sys.executable, "-c", "pass"],
    }
    measures = {name: lambda argv=argv: bench.timed(argv).seconds * 1000 for name, argv in subjects.items()}
    times = bench.alternate(measures, given.rounds)
    for name, values in times.items():
        print(f"{name:16} {bench.spread(values, 'ms', 1)}")
    print(f"{'help / click':16} {bench.ratio(times['scanner --help'], times['import click'])}  (at most 1.5)")


if __name__ == "__main__":
    main()
