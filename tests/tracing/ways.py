"""A way of four routers, and routers that are tired of answering: what several tests of traces are about."""

from scanner.engine.flight.verdict import Verdict
from scanner.model import State
from scanner.tracing.router_budget import BURST, Budget

A, B, C, D = (f"192.0.2.{number}" for number in (1, 2, 3, 4))
WAY = {1: A, 2: B, 3: C, 4: D}


def expired(address: str) -> Verdict:
    """What the router with this address says of a packet that ends with it."""
    return Verdict(State.UNREACHABLE, "time-exceeded", address)


def tired(*hops: int) -> Budget:
    """Where routers at these hops have given six answers at once, and many more were asked for."""
    budget = Budget()
    for hop in hops:
        for number in range(60):
            budget.ask(hop, 0.1 * number)
            if number < BURST:
                budget.expired(hop, WAY[hop], 0.1 * number)
    return budget
