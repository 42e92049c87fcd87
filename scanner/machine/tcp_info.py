"""What TCP_INFO says of a socket (`struct tcp_info`, linux/tcp.h); `kernel.py` reads it.

State at byte 0, rtt in microseconds at 68, total_retrans at 100, and since Linux 4.2 segs_out at 136, segs_in at 140.
"""

import struct

# TCP states as in TCP_INFO (Linux include/net/tcp_states.h).
ESTABLISHED, SYN_SENT, CLOSE, CLOSE_WAIT = 1, 2, 7, 8

TCP_INFO = 11
LEAST_BYTES, WITH_SEGMENTS = 104, 144


class TcpInfo:
    """What TCP_INFO says: the state (None where unknown), the round trip in microseconds, SYNs sent again; how many
    segments the socket sent and received since it was made or disconnected (None where unknown)."""

    __slots__ = ("received", "retrans", "rtt_us", "sent", "state")

    def __init__(
        self,
        state: int | None,
        rtt_us: int = 0,
        retrans: int = 0,
        sent: int | None = None,
        received: int | None = None,
    ) -> None:
        self.state = state
        self.rtt_us = rtt_us
        self.retrans = retrans
        self.sent = sent
        self.received = received


def info_of(raw: bytes) -> TcpInfo:
    rtt, retrans = struct.unpack_from("=I", raw, 68)[0], struct.unpack_from("=I", raw, 100)[0]
    if len(raw) < WITH_SEGMENTS:
        return TcpInfo(raw[0], rtt, retrans)
    return TcpInfo(raw[0], rtt, retrans, *struct.unpack_from("=II", raw, 136))
