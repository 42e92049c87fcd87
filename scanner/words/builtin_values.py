"""What holds where nobody says otherwise: each default once, for what probes, for the library, and for the help.

Beside the words that all share, because `scanner --help` shows these values and waits for nothing heavy.
"""

from typing import NamedTuple


class Builtin(NamedTuple):
    """What is built in for the targets of a command.

    `timeout_s`: seconds that one attempt may take. `expect`: a key of `model.EXPECTATIONS`, or empty for none.
    `retries`: further attempts after silence or an ICMP error.
    """

    timeout_s: float
    expect: str
    retries: int


#: For target lists. The timeout lets a dead neighbour show itself, which takes the kernel 3.07 s.
SCAN = Builtin(timeout_s=4.0, expect="open", retries=1)
#: For ports times hosts: mostly nobody is there, and nothing is expected.
SWEEP = Builtin(timeout_s=1.0, expect="", retries=1)

#: The farthest hop that a trace looks at.
MOST_HOPS = 30
