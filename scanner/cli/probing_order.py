"""`--shuffle`, `--seed`, `--shard`: in which order targets are probed, and which part of them by this machine.

A sweep is shuffled unless somebody says otherwise: whoever watches, or limits what one host or network gets, sees no
port after port, and what is found early is a fair sample. A list that people wrote keeps its order.
"""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.errors import UsageError

if TYPE_CHECKING:
    from scanner.api.plans import Plan

_SEED_BYTES = 4


class ProbingOrder(NamedTuple):
    """What was said of it; None where nothing was. `shard`: this machine's number, and of how many."""

    shuffle: bool | None
    seed: int | None
    shard: tuple[int, int] | None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "ProbingOrder":
        """Of the options by their names. Errors: UsageError for those that contradict each other."""
        found = cls(*(given[name] for name in cls._fields))
        if found.seed is not None and found.shuffle is False:
            raise UsageError("--seed and --no-shuffle cannot be combined; leave one of them out")
        return found

    def said(self) -> dict[str, Any]:
        """By the options' long names."""
        shard = "{}/{}".format(*self.shard) if self.shard else None
        return {"shuffle": self.shuffle, "seed": self.seed, "shard": shard}

    def applied(self, plan: "Plan", *, sweep: bool) -> "Plan":
        """The plan in that order, or that part of it. Without a seed, one is chosen by chance."""
        shuffle = self.shuffle if self.shuffle is not None else sweep and plan.addresses + plan.names > 1
        if self.shard is not None:
            plan = plan.sharded(*self.shard)
        if self.seed is not None:
            return plan.in_random_order(self.seed)
        return plan.in_random_order(int.from_bytes(os.urandom(_SEED_BYTES))) if shuffle else plan


def in_words(plan: "Plan") -> list[str]:
    """What there is to say of both, a line each, for who wants to know."""
    shard = f"shard: {plan.shard} of the hosts"
    order = f"order: random (--seed {plan.seed} repeats it)"
    return [*([shard] if plan.shard else []), *([order] if plan.seed is not None else [])]
