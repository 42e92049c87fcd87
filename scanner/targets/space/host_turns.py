"""In which order the hosts of a space have their turn: as they are numbered, or at random, as a seed says.

A random order of sixteen million hosts is not kept but computed: a permutation of the numbers below a power of two
(multiply by an odd number, fold the upper half onto the lower: each of these can be undone), of which those below
`count` are taken. That costs half a microsecond a host at most; what is kept is three numbers. Since it can be undone,
it is known as well whether a host has had its turn.

At random, but a /8 is not probed all over at once: 65,536 hosts at a time, as 256 runs of 256 neighbours (networks)
that lie anywhere, each run picked at random from all of them. For who vouches for a silent host is somebody of its own
network, at the time (`engine/truth/network_evidence.py`): were its 65,536 networks all under way together, each silent
attempt would take a witness of its own, and what was heard of most networks would be forgotten before their next host.
And were a batch all neighbours, a whole /16 would get everything within seconds, and what is found early would be a
sample of that one alone.

A seed gives the same order on every machine, with every Python: of `random`, only `random()` promises that.
"""

from collections.abc import Sequence
from random import Random

#: Fewer bits mix badly: a few hosts are looked for among 4096 numbers, which takes a millisecond in all.
_FEWEST_BITS = 12
_ROUNDS = 3
#: How many neighbours are a run, as bits, and how many runs a batch; more of shorter ones, so many times at most: with
#: a few hosts in each batch, beginning one would take longer than they do.
_RUN_BITS, _RUNS, _MORE_RUNS = 8, 256, 16


class InTurn:
    """The numbers from 0 to `count` - 1, in that order."""

    def __init__(self, count: int) -> None:
        self._at = 0
        self._count = count

    def take(self, n: int) -> Sequence[int]:
        """The next `n`, or what is left."""
        start = self._at
        self._at = min(start + n, self._count)
        return range(start, self._at)

    @property
    def left(self) -> int:
        """How many are to come."""
        return self._count - self._at

    def is_out(self, number: int) -> bool:
        """Whether this one has been taken."""
        return number < self._at


class AtRandom:
    """The same numbers in a random order, a batch after the other; it hangs on these three alone. `apart`: how far the
    addresses of neighbours are from each other."""

    def __init__(self, count: int, seed: int, apart: int = 1) -> None:
        #: How many are to come.
        self.left = count
        self._count = count
        self._seed = seed
        self._run_bits = max(0, _RUN_BITS - (apart - 1).bit_length())
        self._most_runs = _RUNS * min(apart, _MORE_RUNS)
        self._runs = _Shuffled(-(-count >> self._run_bits), seed)
        self._begun = 0  # batches
        self._batch: dict[int, int] = {}  # the runs of this one, and the place of each in it
        self._firsts: list[int] = []  # their first numbers
        self._inside = _Shuffled(0, seed)

    def take(self, n: int) -> Sequence[int]:
        """The next `n`, or what is left."""
        out: list[int] = []
        n = min(n, self.left)
        while len(out) < n:
            if not self._inside.left:
                self._begin_batch()
            more = self._inside.take(n - len(out))
            firsts, bits = self._firsts, self._run_bits
            inside = (1 << bits) - 1
            several = self._count > self._most_runs << bits
            out += [firsts[at >> bits] + (at & inside) for at in more] if several else more
        self.left -= n
        return out

    def _begin_batch(self) -> None:
        # Sorted, so that the shorter run, which is the last of all, is the last of these.
        runs = sorted(self._runs.take(self._most_runs))
        self._batch = {run: at for at, run in enumerate(runs)}
        self._firsts = [run << self._run_bits for run in runs]
        lacking = max(0, (runs[-1] + 1 << self._run_bits) - self._count)
        self._inside = _Shuffled((len(runs) << self._run_bits) - lacking, self._seed + self._begun)
        self._begun += 1

    def is_out(self, number: int) -> bool:
        """Whether this one has been taken."""
        run = number >> self._run_bits
        inside = number - (run << self._run_bits)
        at = self._batch.get(run)
        return self._runs.is_out(run) if at is None else self._inside.is_out((at << self._run_bits) + inside)


class _Shuffled:
    """The numbers from 0 to `count` - 1, shuffled as `seed` says."""

    def __init__(self, count: int, seed: int) -> None:
        bits = max(_FEWEST_BITS, (count - 1).bit_length())
        size = 1 << bits
        chance = Random(seed)
        #: How many are to come.
        self.left = count
        self._count = count
        self._mask = size - 1
        self._half = (bits + 1) // 2
        self._begin = int(chance.random() * size)
        self._factors = [int(chance.random() * size) | 1 for _ in range(_ROUNDS)]
        self._at = 0  # of the numbers below the power of two, those before it have been looked at,
        self._spare: list[int] = []  # and these were found among them, and nobody has taken them yet

    def take(self, n: int) -> Sequence[int]:
        """The next `n`, or what is left."""
        out = self._spare
        count, mask, half = self._count, self._mask, self._half
        first, second, third = self._factors
        n = min(n, self.left)
        while len(out) < n:
            wanted = min(max(1, (n - len(out)) * (mask + 1) // count), mask + 1 - self._at)
            start = self._at + self._begin
            self._at += wanted
            found = [(at * first) & mask for at in range(start, start + wanted)]
            found = [((number ^ number >> half) * second) & mask for number in found]
            out += [number for each in found if (number := ((each ^ each >> half) * third) & mask) < count]
        self._spare = out[n:]
        self.left -= n
        return out[:n]

    def is_out(self, number: int) -> bool:
        """Whether this one has been taken."""
        if number in self._spare:
            return False
        mask, half = self._mask, self._half
        for factor in reversed(self._factors[1:]):
            number = (number * pow(factor, -1, mask + 1)) & mask
            number ^= number >> half
        number = (number * pow(self._factors[0], -1, mask + 1)) & mask
        return (number - self._begin) & mask < self._at
