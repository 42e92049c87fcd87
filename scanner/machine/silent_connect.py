"""How long this machine's connect() waits for a peer that says nothing."""

from pathlib import Path as File

from scanner.machine.kernel_files import number

_SYN_RETRIES, _MOST_SYN_RETRIES = 6, 127


def silent_connect_s(folder: str = "/proc/sys/net/ipv4") -> int:
    """Seconds after which a TCP connect() that nobody answers ends: a SYN and its repeats, each given twice the time of
    the one before (Linux, ip-sysctl.rst; the first ones a second each, tcp_syn_linear_timeouts). Where the system does
    not say, Linux's own defaults."""
    retries, linear = (number(File(folder, name)) for name in ("tcp_syn_retries", "tcp_syn_linear_timeouts"))
    doubled = _SYN_RETRIES if retries is None else min(retries, _MOST_SYN_RETRIES)
    return (2 << doubled) - 1 + (linear or 0)
