"""The options of scans by other machines, as they hold together, and with the others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.errors import UsageError
from scanner.words.shown_text import shown

if TYPE_CHECKING:
    from scanner.api.machines.dask_address import DaskAddress
    from scanner.api.plans import Plan
    from scanner.api.scans import Scan
    from scanner.api.wanted import Wanted

#: What does not go with --dask, and why.
_NOT_WITH = {
    "source": "-S: each worker has addresses of its own; leave it out",
    "explain": "--explain: traces would begin here, and not where the workers are; run scanner trace there",
    "processes": "--processes: each worker is a process; start more of them (dask worker --nworkers N)",
    "journal": "--journal: a part whose worker dies is probed again, but a scan that was ended begins anew",
}
_TLS = ("ca", "cert", "key")


class MachineChoice(NamedTuple):
    """The scheduler's address as it was typed, and the names of the workers that probe all of the list each. Empty: not
    said. `where`: what the address means, with its certificates."""

    address: str = ""
    names: tuple[str, ...] = ()
    where: "DaskAddress | None" = None

    def __bool__(self) -> bool:
        return self.where is not None

    @property
    def share(self) -> bool:
        """Whether these machines share the list: else each has all of it, or there are none."""
        return self.where is not None and not self.names

    def vantage(self, said: str | None) -> str | None:
        """The label of the place, or of the places: this host is none of them."""
        if self.where is None:
            return said
        return ", ".join(self.names) or (self.where.host if said is None else said)

    def said(self) -> dict[str, Any]:
        """By the options' long names, without the certificates."""
        return {"dask": self.address, "from": list(self.names)}

    def check(self, plan: "Plan") -> None:
        """Raise UsageError where these machines, if any, could not know what the plan means."""
        if self.where is not None:
            from scanner.api.machines.own_links import check_links

            check_links(plan)

    def prepared(self, plan: "Plan", wanted: "Wanted") -> "Scan":
        """A scan by these machines. Raises UsageError where they cannot do it."""
        from scanner.api.machines.machine_scans import Machines, prepared_on

        assert self.where is not None
        return prepared_on(Machines(self.where, self.names), plan, wanted)


def machine_choice(given: Mapping[str, Any]) -> MachineChoice:
    """Of the options by their names. Raises UsageError for what does not go together."""
    address, names = given.get("dask") or "", tuple(dict.fromkeys(given.get("from_names") or ()))
    ca, cert, key = (given.get(f"dask_tls_{name}") or "" for name in _TLS)
    if not address:
        for option, value in (("from", names), *((f"dask-tls-{name}", given.get(f"dask_tls_{name}")) for name in _TLS)):
            if value:
                raise UsageError(f"--{option} needs --dask: the address of a scheduler, such as tcp://10.0.0.1:8786")
        return MachineChoice()
    for name, why in _NOT_WITH.items():
        value = given.get(name)
        if value is True or value not in (None, False, "", 1):  # one process is no other than what a worker is
            raise UsageError(f"--dask does not go with {why}")
    if names and given.get("vantage") is not None:
        raise UsageError("--from and --vantage cannot be combined; with --from the label is the worker's name")
    from scanner.api.machines.dask_address import TlsFiles, dask_address  # for who has machines alone

    return MachineChoice(address, names, dask_address(address, TlsFiles(ca, cert, key)))


def scheduler(text: str) -> str:
    """The address of a scheduler, as it was typed; the rest is checked with its certificates."""
    if not text.strip() or not text.isprintable():
        raise UsageError(f"{shown(text)} is no address of a scheduler; write one such as tcp://10.0.0.1:8786")
    return text
