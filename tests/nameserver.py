"""A namespace with a name server of its own, for whole runs of `scanner` that resolve names: real lookups by the C
library, of which no packet leaves the loopback. How a name is answered stands in its labels:

| label | answer |
| --- | --- |
| `dead` | none |
| `no4`, `no6` | none to the question for IPv4 (A), or IPv6 (AAAA) |
| `gone` | no such name |
| `failing` | the server's failure |
| `six`, `both` | `::1` only; both addresses |
| `four` | 127.0.0.1 only, whatever the other labels say of addresses |
| any other | 127.0.0.1, after 20 ms |
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.namespace import Namespace, namespace

SERVER = "127.0.0.53"

_PROGRAM = """
import heapq, select, socket, struct, sys, time
A, AAAA = 1, 28
HEAD = struct.Struct("!HHHHHH")

def answer(question):
    end = question.index(0, 12) + 5
    kind = int.from_bytes(question[end - 4:end - 2], "big")
    labels = set()
    at = 12
    while question[at]:
        labels.add(question[at + 1:at + 1 + question[at]])
        at += 1 + question[at]
    if b"dead" in labels or (b"no4" in labels and kind == A) or (b"no6" in labels and kind == AAAA):
        return None
    code = 3 if b"gone" in labels else 2 if b"failing" in labels else 0
    data = b""
    if not code and kind == A and (b"six" not in labels or b"four" in labels):
        data = bytes([127, 0, 0, 1])
    if not code and kind == AAAA and b"four" not in labels and labels & {b"six", b"both", b"no4"}:
        data = bytes(15) + bytes([1])
    number = int.from_bytes(question[:2], "big")
    body = struct.pack("!HHHIH", 0xC00C, kind, 1, 60, len(data)) + data if data else b""
    return HEAD.pack(number, 0x8180 | code, 1, bool(data), 0, 0) + question[12:end] + body

def serving(address):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    server.bind((address, 53))
    return server

servers = [serving(address) for address in sys.argv[1:]]
print("ready", flush=True)
due, count = [], 0
while True:
    patience = max(0.0, due[0][0] - time.monotonic()) if due else None
    ready = select.select([*servers, sys.stdin], [], [], patience)[0]
    if sys.stdin in ready:
        break
    for server in ready:
        question, asker = server.recvfrom(4096)
        if (text := answer(question)) is not None:
            heapq.heappush(due, (time.monotonic() + 0.02, count := count + 1, server, text, asker))
    while due and due[0][0] <= time.monotonic():
        _, _, server, text, asker = heapq.heappop(due)
        server.sendto(text, asker)
"""


@contextlib.contextmanager
def names(
    folder: Path,
    *more_needs: str,
    servers: tuple[str, ...] = (SERVER,),
    serving: tuple[str, ...] = (SERVER,),
    options: str = "timeout:1 attempts:1",
) -> Iterator[Namespace]:
    """The namespace; `folder` is for its files. `servers`: as in resolv.conf; those in `serving` answer."""
    listed = "".join(f"nameserver {server}\n" for server in servers)
    (folder / "resolv.conf").write_text(f"{listed}options {options}\n")
    (folder / "hosts").write_text(
        "127.0.0.1 localhost\n::1 ip6-localhost\n127.0.0.1 pinned.no6.test xn--bcher-kva.no6.test\n"
    )
    mounted = {"/etc/resolv.conf": folder / "resolv.conf", "/etc/hosts": folder / "hosts"}
    with namespace(*more_needs, mounted=mounted) as here, here.program(_PROGRAM, *serving):
        yield here
