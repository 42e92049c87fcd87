"""What a HOST expression comes to: names, to be resolved later elsewhere, and ranges of addresses. No parsing."""


class HostName:
    """A host name to be resolved; `text` as written."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class AddressRange:
    """The addresses from `first` to `last` (numbers) of one family and IPv6 scope (an interface index, or 0).

    `text` is a single IPv6 address as written, else empty. `network`: it was written as a CIDR.
    """

    __slots__ = ("family", "first", "last", "network", "scope", "text")

    def __init__(
        self, family: int, first: int, last: int, *, scope: int = 0, text: str = "", network: bool = False
    ) -> None:
        self.family = family
        self.first = first
        self.last = last
        self.scope = scope
        self.text = text
        self.network = network


Host = HostName | AddressRange
