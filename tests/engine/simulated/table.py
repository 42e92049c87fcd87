"""Truth against verdict, counted over many worlds: a row for each truth, two columns for each state.

Tables of parts of the seeds are added up, so that several processes may play them.
"""

from collections import Counter, defaultdict

from scanner.model import State
from tests.engine.simulated.play import Played
from tests.engine.simulated.truth import BY_CHANCE, Truth

#: Of the networks, this share may have a row that is false by chance: the rules expect up to 0.005 on a path, and there
#: are one to four of them. (About 1 in 150 has: of thirty, two at once in one of fifty times.)
MOST_BY_CHANCE = 0.0125
_OF_FEW = 2


class Table:
    """`cells` counts rows by (truth, state, whether in doubt); `faults` has the seeds of each kind of false row."""

    def __init__(self) -> None:
        self.worlds = 0
        self.cells: Counter[tuple[str, str, bool]] = Counter()
        self.faults: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self.false: Counter[str] = Counter()  # by truth
        self.broken: dict[int, str] = {}  # invariants, by seed

    def add(self, played: Played) -> None:
        """Counts a world in."""
        self.worlds += 1
        truth = Truth(played)
        for row in played.rows:
            label = truth.label(row)
            self.cells[label, str(row.state), bool(row.doubt)] += 1
            if fault := truth.fault(row):
                self.faults[fault][played.world.seed] += 1
                self.false[label] += 1

    def merge(self, other: "Table") -> None:
        """Adds what another one counted."""
        self.worlds += other.worlds
        self.cells += other.cells
        self.false += other.false
        self.broken |= other.broken
        for fault, seeds in other.faults.items():
            self.faults[fault] += seeds

    @property
    def targets(self) -> int:
        return self.cells.total()

    def passes(self) -> bool:
        """Whether no row claimed what something could have told is false."""
        by_chance = {seed for fault in BY_CHANCE for seed in self.faults.get(fault, ())}
        return not self.broken and not set(self.faults) - BY_CHANCE and len(by_chance) <= self._most_by_chance

    @property
    def _most_by_chance(self) -> int:
        return max(_OF_FEW, int(MOST_BY_CHANCE * self.worlds))

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
        """The table, and below it what is false, with seeds to play again."""
        lines = [str(self), f"\n{self.targets:,} targets on {self.worlds:,} networks; `?`: in doubt"]
        for fault, seeds in sorted(self.faults.items(), key=lambda each: -each[1].total()):
            some = " ".join(str(seed) for seed, _ in seeds.most_common(8))
            lines.append(f"false without a doubt: {fault}: {seeds.total():,} on {len(seeds):,} networks, seeds {some}")
        lines += [f"broken: {text.splitlines()[0]}" for text in self.broken.values()]
        if chance := BY_CHANCE & set(self.faults):
            within = f"within the rules' bounds on up to {self._most_by_chance} networks"
            lines.append(f"by chance, {within}: {', '.join(sorted(chance))}")
        return "\n".join(lines)
