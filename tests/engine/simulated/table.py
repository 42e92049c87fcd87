"""Truth against verdict, counted over many worlds: a row for each truth, two columns for each state.

Tables for parts of the seeds are added up, so that several processes can play them.
"""

from collections import Counter, defaultdict
from math import exp

from scanner.model import State
from tests.engine.simulated.play import Played
from tests.engine.simulated.truth import BY_CHANCE, Truth

#: The share of networks with a row that is false by chance, counted on 2026-11-27 by `python -m tests.lab.simulate`:
#: 34 of 6200, and of the first 1500 nine (eight since). Networks are counted, not rows: those of one network are false
#: together. (The rules expect up to 0.005 on a path, and a network has one to four paths.) The "one in 1500" of
#: earlier days counted networks as well, but easier ones: before anything befell them in mid-scan (dark networks, hosts
#: that die, one of two ways that rejects), and false timeouts alone, while five of these eight are false rejects.
BY_CHANCE_SEEN = 1 / 180
_NO_CHANCE = 0.001


def most_by_chance(worlds: int) -> int:
    """How many of them may have such a row: only one in a thousand runs of equally good rules has more.

    Of 1500 that is 19 where 8 are usual, and of 30 it is 2.
    """
    usual = BY_CHANCE_SEEN * worlds
    chance = left = exp(-usual)
    most = 0
    while 1.0 - left > _NO_CHANCE:
        most += 1
        chance *= usual / most
        left += chance
    return most


class Table:
    """`cells` counts rows by (truth, state, whether in doubt); `faults` has the seeds of each kind of false row."""

    def __init__(self) -> None:
        self.worlds = 0
        self.cells: Counter[tuple[str, str, bool]] = Counter()
        self.faults: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.false: Counter[str] = Counter()  # by truth
        self.broken: dict[int, str] = {}  # invariants, by seed

    def add(self, played: Played) -> None:
        """Count a world."""
        self.worlds += 1
        truth = Truth(played)
        for row in played.rows:
            label = truth.label(row)
            self.cells[label, str(row.state), bool(row.doubt)] += 1
            if fault := truth.fault(row):
                self.faults[fault][played.world.seed] += 1
                self.false[label] += 1

    def merge(self, other: "Table") -> None:
        """Add what another table counted."""
        self.worlds += other.worlds
        self.cells += other.cells
        self.false += other.false
        self.broken |= other.broken
        for fault, seeds in other.faults.items():
            self.faults[fault] += seeds

    @property
    def false_seeds(self) -> set[int]:
        """The networks with a false row, of whatever kind."""
        return {seed for seeds in self.faults.values() for seed in seeds}

    @property
    def targets(self) -> int:
        return self.cells.total()

    def passes(self, of: int = 0) -> bool:
        """Whether no row claimed what could have been known to be false, and no more are false by chance than usual.

        `of`: these are the first of that many worlds, and the bound is what chance may do to all of them.
        """
        by_chance = {seed for fault in BY_CHANCE for seed in self.faults.get(fault, ())}
        return (
            not self.broken
            and not set(self.faults) - BY_CHANCE
            and len(by_chance) <= most_by_chance(max(of, self.worlds))
        )

    def __str__(self) -> str:
        states = [str(state) for state in State]
        heads = ["truth", *(f"{state}{doubt}" for state in states for doubt in ("", "?")), "false"]
        lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
        for label in sorted({label for label, _, _ in self.cells}):
            counts = [self.cells[label, state, doubt] for state in states for doubt in (False, True)]
            shown = [f"{count:,}" if count else "" for count in (*counts, self.false[label])]
            lines.append(f"| {label} | {' | '.join(shown)} |")
        return "\n".join(lines)

    def report(self) -> str:
        """The table, and below it what is false, with the seeds to play again."""
        lines = [str(self), f"\n{self.targets:,} targets on {self.worlds:,} networks; `?`: in doubt"]
        for fault, seeds in sorted(self.faults.items(), key=lambda each: -each[1].total()):
            some = " ".join(str(seed) for seed, _ in seeds.most_common(8))
            lines.append(f"false without a doubt: {fault}: {seeds.total():,} on {len(seeds):,} networks, seeds {some}")
        lines += [f"broken: {text.splitlines()[0]}" for text in self.broken.values()]
        if chance := BY_CHANCE & set(self.faults):
            within = f"within the rules' bounds on up to {most_by_chance(self.worlds)} networks"
            lines.append(f"by chance, {within}: {', '.join(sorted(chance))}")
        return "\n".join(lines)
