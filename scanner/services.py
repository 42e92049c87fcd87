"""Port numbers and their usual names: the table behind `https` in a port list and the reports' `service`.

The names are those of the IANA Service Name and Transport Protocol Port Number Registry (TCP). The table is
ours, not the machine's /etc/services, so that reports say the same on every machine; a name that only the
machine knows is still understood in a port list (`targets/grammar.py` asks it).
"""

_NAMES: dict[int, str] = {22: "ssh", 80: "http", 443: "https"}


def service_name(port: int) -> str:
    """The usual name of a TCP port, or empty."""
    return _NAMES.get(port, "")
