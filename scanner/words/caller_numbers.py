"""Whether what a program gives for a number is one: it may be anything, and Python takes True and False for numbers."""

_INFINITY = float("inf")


def is_whole(value: object) -> bool:
    """Whether a caller's value is a whole number; True and False are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object, *, finite: bool = True) -> bool:
    """Whether a caller's value is a number, and neither infinite nor NaN where it has to be `finite`."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return not finite or -_INFINITY < value < _INFINITY
