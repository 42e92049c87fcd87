"""How one scan probes (`ScanOptions`), checked before anything is probed. Values in, no sockets.

What is probed, and what is expected of it, is not part of this: `scanner.api.wanted` joins the two.
"""

from scanner.errors import UsageError
from scanner.words.caller_numbers import is_number, is_whole


class ScanOptions:
    """How to probe. `rate` and `host_rate` are SYNs per second; `concurrency` is probes in flight; `source` a
    numeric local address; `poller` one of `machine.pollers.available()`. None means: what the machine allows.
    """

    __slots__ = ("canary", "concurrency", "host_rate", "poller", "rate", "source", "strict")

    def __init__(
        self,
        *,
        concurrency: int | None = None,
        rate: float | None = None,
        host_rate: float | None = None,
        source: str | None = None,
        poller: str | None = None,
        strict: bool = False,
        canary: bool = False,
    ) -> None:
        if concurrency is not None and not (is_whole(concurrency) and concurrency > 0):
            raise UsageError(f"concurrency={concurrency!r}: write a whole number of probes, 1 or more")
        for name, value in (("rate", rate), ("host_rate", host_rate)):
            if value is not None and not (is_number(value) and value > 0):
                raise UsageError(f"{name}={value!r}: write attempts per second as a number above 0")
        for name, text in (("source", source), ("poller", poller)):
            if text is not None and not isinstance(text, str):
                raise UsageError(f"{name}={text!r} is not a string")
        self.concurrency = concurrency
        self.rate = rate
        self.host_rate = host_rate
        self.source = source
        self.poller = poller
        self.strict = strict
        self.canary = canary

    def shared(self, *, concurrency: int | None, rate: float | None) -> "ScanOptions":
        """The same for one of several processes: its part of what may be in flight, and of the rate."""
        return ScanOptions(
            concurrency=concurrency, rate=rate, host_rate=self.host_rate, source=self.source, poller=self.poller,
            strict=self.strict, canary=self.canary,
        )  # fmt: skip
