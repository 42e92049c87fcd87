"""What a scan leaves in other people's flow tables: NAT and firewalls on the way keep an entry for each attempt. Pure.

They keep an unanswered one for minutes (Linux: 120 s, nf_conntrack_tcp_timeout_syn_sent), and a small router has room
for about ten thousand. From here a full table looks like silence, so the warning comes beforehand.
"""

from scanner.machine.tracking_table import UNANSWERED_S

MOST = 20_000
_SUGGESTED = 160  # attempts per second; in 120 s that makes 19,200


def entries(targets: int, hosts: int, rate: float | None, host_rate: float | None) -> int:
    """How many entries there may be at a time, with one attempt per target; rates are in attempts per second."""
    most = float(targets)
    for limit in (rate, host_rate and host_rate * hosts):
        if limit:
            most = min(most, limit * UNANSWERED_S)
    return int(most)


def warning(targets: int, hosts: int, rate: float | None, host_rate: float | None) -> str:
    """One line for the user where there may be many, else empty. `targets` are those whose probes leave this host."""
    if entries(targets, hosts, rate, host_rate) <= MOST:
        return ""
    return (
        f"this scan may leave more than {MOST:,} entries in flow tables (NAT, firewalls) on its way; "
        f"--rate {_SUGGESTED} keeps that number down"
    )
