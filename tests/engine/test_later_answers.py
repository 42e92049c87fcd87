"""What answers to later attempts say about loss."""

import pytest

from scanner.engine.truth.later_answers import LaterAnswers


def heard(*hits: int) -> LaterAnswers:
    """This many answers to first attempts, second ones, and so on."""
    answers = LaterAnswers()
    for nth, count in enumerate(hits, 1):
        for _ in range(count):
            answers.hit(nth)
    return answers


@pytest.mark.parametrize(
    ("hits", "count", "share", "known", "lost"),
    [
        ((), 0, 0.0, 0, 0),
        ((10,), 0, 0.0, 10, 0),
        ((8, 4, 2, 1), 7, 0.5, 26, 13),  # half of them each time
        ((0, 3), 3, 1.0, 6, 6),
        ((0, 1), 1, 1.0, 2, 2),
        ((1, 3), 3, 1.0, 7, 7),  # more at a second attempt than at the first: nearly all are lost
        ((100, 1), 1, 0.01, 60, 1),  # never surer than a full cohort
    ],
)
def test_the_share_that_is_lost(hits: tuple[int, ...], count: int, share: float, known: int, lost: int) -> None:
    answers = heard(*hits)
    assert (answers.count, round(answers.share, 3), answers.known, answers.lost) == (count, share, known, lost)
