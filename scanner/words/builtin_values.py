"""What holds where nobody says otherwise: each default in one place, for probing, for the library, and for the help.

They live with the words that all share, because `scanner --help` shows these values and must not import anything heavy.
"""

from typing import NamedTuple


class Builtin(NamedTuple):
    """The built-in values for a command's targets.

    `timeout_s`: seconds that one attempt may take. `expect`: a key of `model.EXPECTATIONS`, or empty for none.
    `retries`: further attempts after silence or an ICMP error.
    """

    timeout_s: float
    expect: str
    retries: int


#: For target lists. The timeout leaves time for a dead neighbour to show, which takes the kernel 3.07 s.
SCAN = Builtin(timeout_s=4.0, expect="open", retries=1)
#: For ports times hosts: mostly there is nobody, and nothing is expected.
SWEEP = Builtin(timeout_s=1.0, expect="", retries=1)

#: The width of text (columns) in a file or pipe, which has none of its own: wide enough that no ordinary row is folded.
UNFOLDED = 160

#: Among so many processes a scan can be shared.
MOST_PROCESSES = 64

#: The farthest hop that a trace asks.
MOST_HOPS = 30
