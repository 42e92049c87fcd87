"""Making a scene's network around this process: after `enter(scene)`, this process is the near side.

Each other node is a forked child in a network namespace of its own; the kernel kills it when this process
ends, however that happens, and a namespace vanishes with its last process: nothing needs cleaning up. The process
may then exec a command, which keeps the near side, its signals and its exit status to itself.
"""

import os
import select
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tests.lab import kernel, plan
from tests.lab.answer import Listeners
from tests.lab.kernel import LabError
from tests.lab.scene import Scene
from tests.lab.wire import Wire

_READY = b"ready"
_PATIENCE = 20.0


def _tool(argv: list[str], text: str) -> None:
    """Run `ip` or `nft` with `text` on its stdin; if it fails, LabError with what it said."""
    if not text:
        return
    try:
        done = subprocess.run(argv, input=text, text=True, capture_output=True, check=False)
    except OSError as error:
        raise LabError(f"{argv[0]}: {error.strerror}; python -m tests.needs says what this machine lacks") from error
    if done.returncode != 0:
        raise LabError(f"{' '.join(argv)}: {done.stderr.strip()}")


class _Child:
    """A node's process: forked, in its own network; a byte tells it to go on, and it reports back as text."""

    def __init__(self, work: Callable[[Callable[[], None]], None]) -> None:
        self._told, told = os.pipe()
        go, self._go = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._told)
            os.close(self._go)
            self._live(work, go, told)
        os.close(told)
        os.close(go)

    def _live(self, work: Callable[[Callable[[], None]], None], go: int, told: int) -> NoReturn:
        """In the child: `work` gets a function that says "ready" and waits for the word to go on."""
        try:
            kernel.die_with_parent()
            for number in (signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
                signal.signal(number, signal.SIG_IGN)  # Ctrl-C ends the command, and the node after it

            def ready() -> None:
                os.write(told, _READY)
                os.read(go, 1)

            kernel.own_network()
            work(ready)
        except BaseException as error:
            os.write(told, (str(error) or repr(error)).encode())
        os._exit(1)

    def wait_ready(self) -> None:
        """Wait until it says "ready"; LabError with what it said instead."""
        answered, _, _ = select.select([self._told], [], [], _PATIENCE)
        text = os.read(self._told, 4096) if answered else b"it does not answer"
        if text != _READY:
            raise LabError(f"a node of the lab failed: {text.decode(errors='replace')}")

    def go_on(self) -> None:
        """Let it go on from where it said "ready"."""
        os.write(self._go, b".")


def _settings(scene: Scene, node: int) -> None:
    """Apply the sysctls before the node has a device: a device inherits the settings it is created under."""
    for name, value in plan.sysctls(scene, node):
        kernel.sysctl(name, value)


def _set_up(scene: Scene, node: int) -> None:
    _tool(["ip", "-batch", "-"], plan.ip_lines(scene, node))
    if node:
        _tool(["nft", "-f", "-"], plan.nft_rules(scene, node))


def _node(scene: Scene, node: int) -> Callable[[Callable[[], None]], None]:
    def work(ready: Callable[[], None]) -> None:
        _settings(scene, node)
        ready()  # to be given its links
        _set_up(scene, node)
        listeners = Listeners(scene) if node == plan.last_node(scene) else None
        ready()  # to be used
        if listeners:
            listeners.serve()
        signal.pause()

    return work


def _delay(rtt_ms: tuple[int, int]) -> Callable[[Callable[[], None]], None]:
    def work(ready: Callable[[], None]) -> None:
        kernel.sysctl("net.ipv6.conf.default.disable_ipv6", 1)  # a wire must not send anything of its own
        ready()
        _tool(["ip", "-batch", "-"], "link set dev left up\nlink set dev right up\n")
        wire = Wire(("left", "right"), rtt_ms)
        ready()
        wire.run()

    return work


def _wait_links_up(scene: Scene) -> None:
    """Wait until the near device has its carrier: it may come a moment after the other end's."""
    carrier = Path("/sys/class/net/farward/carrier")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            if carrier.read_text().strip() == "1":
                return
        except OSError:
            return  # no /sys for this namespace: the tests will tell
        time.sleep(0.001)
    raise LabError(f"the link of {scene.name} does not come up")


def enter(scene: Scene) -> None:
    """Build the scene and make this process its near side. Single-threaded processes only; raises LabError."""
    kernel.own_network_as_user()
    _settings(scene, 0)
    nodes = [_Child(_node(scene, number)) for number in range(1, plan.last_node(scene) + 1)]
    wire = _Child(_delay(scene.rtt_ms)) if scene.rtt_ms else None
    children = [*nodes, wire] if wire else nodes
    for child in children:
        child.wait_ready()
    _tool(["ip", "-batch", "-"], plan.link_lines(scene, [node.pid for node in nodes], wire.pid if wire else None))
    for child in children:
        child.go_on()
    _set_up(scene, 0)
    for child in children:
        child.wait_ready()
        child.go_on()
    _wait_links_up(scene)
