"""How much is lost, out of how many: the one estimate, and how many clean ones are needed. Pure counts.

L = (lost + 1/2) / (n + 1), and at most 0.001 where none of 60 or more was lost. Where some were, L is taken one
standard error higher: with ten attempts the product forgives no estimate that chance made too low.
"""

from math import sqrt

ENOUGH = 0.005  #: false timeouts expected on a path, at most
FULL_COHORT, SMALL_COHORT = 60, 12
CLEAN_LOSS = 0.001


def estimate(lost: int, n: int) -> float:
    """The loss behind `lost` of `n` sentinels unanswered; a standard error more where any was."""
    lost = min(lost, n)  # what is known of several kinds may be counted more than once
    if lost == 0 and n >= FULL_COHORT:
        return min(CLEAN_LOSS, 0.5 / (n + 1))
    share = (lost + 0.5) / (n + 1)
    return min(1.0, share + sqrt(share * (1.0 - share) / (n + 1))) if lost else share


def clean_enough(targets: int) -> int:
    """How many clean sentinels let two silent attempts stand among so many targets, where fewer would take three."""
    return FULL_COHORT if targets * CLEAN_LOSS**2 <= ENOUGH else int(0.5 * sqrt(targets / ENOUGH))


def sentinels_needed(targets: int, attempts: int) -> int:
    """How many clean sentinels let `attempts` silent attempts stand among `targets` targets."""
    tolerable = float((ENOUGH / max(1, targets)) ** (1.0 / max(1, attempts)))
    return max(SMALL_COHORT, min(FULL_COHORT, int(0.5 / tolerable) + 1))
