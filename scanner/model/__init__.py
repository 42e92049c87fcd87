"""The words every part shares: what is asked (Target, Request), where it leads (Place, Endpoint), what came
out (State, Result), the way there (Trace, Hop, End), and the one list of report fields.

Nothing here does anything: no parsing, no sockets, no files. The rooms `targets/`, `engine/` and
`reports/` know each other only through these types. (Import them from here; the split into files is for readers.)

How they fit together: an entry in the user's list names many targets. Each numeric address they lead to is
a `Place`; each (place, port) is an `Endpoint`, judged exactly once, however many entries name it. What an
entry says about its targets (name, expectation, tags...) is a `Request`; an endpoint carries one for each row
that the reports will show. So a /8 costs one request, and an endpoint three references. Where an entry expects
different things of different ports it still asks with one `Request`, and each `Result` has the one for its port.

Plain slotted classes, not dataclasses: importing `dataclasses` costs `scanner --help` ten milliseconds, and
these are made a hundred thousand times a second.
"""

from scanner.model.asked import UNPROBED, Endpoint, Note, Place, Request, Target
from scanner.model.expected import Expectation, ExpectFrom, Need, PortExpectations
from scanner.model.network_key import NETWORK_BITS, NetworkKey, network_key, network_name
from scanner.model.results import ANSWERED, EXPECTATIONS, FIELDS, Doubt, Reason, Result, State
from scanner.model.traced import End, Hop, Trace

__all__ = [
    "ANSWERED", "EXPECTATIONS", "FIELDS", "NETWORK_BITS", "UNPROBED", "Doubt", "End", "Endpoint", "ExpectFrom",
    "Expectation", "Hop", "Need", "NetworkKey", "Note", "Place", "PortExpectations", "Reason", "Request", "Result",
    "State", "Target", "Trace", "network_key", "network_name",
]  # fmt: skip
