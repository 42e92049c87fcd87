"""Ways that this host has lost: a route or an interface that went in mid-scan, its own address. Pure: pass `now`.

connect() says ENETUNREACH at once and sends nothing, or the kernel takes ::1 or 0.0.0.0 for a source, so that no answer
can come. Neither is a verdict on a target. What existed is awaited: one warning, the probes concerned are set aside,
one of them tries again four times a second, and when it leaves, the others follow. After ten seconds the errno is their
answer, and at once that of all others of the same way, until somebody leaves by it again (or, of a route, until the
kernel, asked once a second, says that it is there): lost once more, it is awaited once more.

* A route: if there was one when the scan began (`route_table.py`), or a probe to that address left before, or somebody
  of its network answered. Routes of other tables than main (a VPN's) are not shown: if others left by such a one
  lately, and can no longer, its way is gone like theirs. One that never existed is final at once.
* A route may also reject (`blackhole` EINVAL, `prohibit` EACCES): a VPN's kill switch. But firewalls forbid some ports,
  and that is final: the kernel is asked for the route alone (`Kernel.no_way`). EPERM never comes from a route.
* An address to send from: always awaited, for a host that just came up has its IPv6 addresses some seconds later
  (RFC 4862 5.4, duplicate address detection). A target on this host needs none. From a link-local address no
  answer comes from behind a router (RFC 4291 2.5.6), but it may from a neighbour: there silence tells, not the source.
* The address that the user chose (`--source`): it was there when the scan began.
"""

import errno
from collections import deque
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Generic

from scanner.engine.flight.found import TrialT
from scanner.engine.flight.probe import BareTrial
from scanner.engine.flight.verdict import MAYBE_NO_WAY, NO_WAY
from scanner.machine.route_table import RouteTable
from scanner.model import Place, network_key, network_name

#: What the kernel takes where it has no address to send from (127.0.0.0/8, too).
NO_SOURCE = frozenset({"0.0.0.0", "::", "::1"})
_AWAITED_S = 10.0
_TRY_S = 0.25
_LOOK_S = 1.0
_MOST_ASIDE = 20_000  # beyond, nothing new is taken on
_MOST_WARNINGS = 3
_LATELY = 8


class Lost(StrEnum):
    """What is missing."""

    ROUTE = "route"
    ADDRESS = "address"  #: none of this host's own to send from
    SOURCE = "source"  #: the one that the user chose


_Key = tuple[Lost, str]


class _Missing(Generic[TrialT]):
    """One way that is missing `since` then, and the trials that wait for it. `over`: they waited long enough.

    `place`: the first that missed it, `places`: who waited for it. That others leave proves nothing: part of a route's
    addresses may have a worse one. `look_at`: when the kernel is to be asked for it, which has said that it is `gone`.
    """

    __slots__ = ("aside", "gone", "look_at", "over", "place", "places", "since")

    def __init__(self, since: float, place: Place) -> None:
        self.since = since
        self.place = place
        self.look_at = since + _AWAITED_S
        self.gone = False
        self.over = False
        self.aside: list[TrialT] = []
        self.places: set[Place] = set()


class Ways(Generic[TrialT]):
    """The ways that are missing; its length is how many trials are set aside. `clock_time` tells the time of day.

    `no_way` asks the kernel for the route to a place (0: there is one, None: it cannot tell). `was_heard`: somebody of
    its network answered. `lately_left` are the
    last places that a first probe left for; the caller appends them. `warnings` are one line each; the caller shows
    them.
    """

    def __init__(
        self,
        routes: RouteTable | None = None,
        *,
        source: str = "",
        no_way: Callable[[Place], int | None] = lambda place: 0,
        was_heard: Callable[[Place], bool] = lambda place: False,
        clock_time: Callable[[], str] = lambda: "",
    ) -> None:
        self._routes = RouteTable() if routes is None else routes
        self._source = source
        self._no_way = no_way
        self._was_heard = was_heard
        self._time = clock_time
        self.lately_left: deque[Place] = deque(maxlen=_LATELY)
        self._missing: dict[_Key, _Missing[TrialT]] = {}
        self._try_at = float("inf")
        self.warnings: list[str] = []

    def __len__(self) -> int:
        return sum(len(missing.aside) for missing in self._missing.values())

    @property
    def any_missing(self) -> bool:
        """Whether any is, so that `departed` must be told who left."""
        return bool(self._missing)

    @property
    def too_many(self) -> bool:
        """Whether so many wait that nothing new should be taken on."""
        return len(self) >= _MOST_ASIDE

    def homeless(self, source: str, place: Place, *, silent: bool = False) -> bool:
        """Whether what left from `source` cannot be answered: no address of this host's. `silent`: nor was it."""
        if source in NO_SOURCE or source.startswith("127."):
            return not place.numeric.startswith("127.") and place.numeric != "::1" and not self._here(place)
        if not silent or not source.startswith("fe80:") or place.numeric.startswith("fe80:"):
            return False
        way = self._routes.to(place)
        return way is not None and way.gateway

    def _here(self, place: Place) -> bool:
        way = self._routes.to(place)
        return way is not None and way.local

    def awaits(self, trial: BareTrial, what: Lost, now: float, code: int = errno.EADDRNOTAVAIL) -> bool:
        """Whether the way that this trial missed is awaited: then it is to be set aside. Else its errno is final."""
        place = trial.endpoint.place
        if what is Lost.ROUTE and not (self._of_route(place, code) and self._existed(place)):
            return False
        key = self._key(place, what)
        missing = self._missing.get(key)
        if missing is None:
            missing = self._missing[key] = _Missing(now, place)
            self._warn(key, code)
        missing.over = missing.over or now - missing.since >= _AWAITED_S
        return not missing.over

    def _existed(self, place: Place) -> bool:
        if place.note.source or self._routes.to(place) is not None or self._was_heard(place):
            return True
        unseen = [left for left in self.lately_left if left.family == place.family and self._routes.to(left) is None]
        return any(self._no_way(left) for left in unseen)

    def _of_route(self, place: Place, code: int) -> bool:
        """Whether that errno is the route's, and not a firewall's."""
        return code in NO_WAY or (code in MAYBE_NO_WAY and self._no_way(place) in (code, None))

    def _key(self, place: Place, what: Lost) -> _Key:
        if what is Lost.SOURCE:
            return what, self._source
        return what, str(self._routes.to(place) or f"the route to {network_name(place)}") + _link(place)

    def _warn(self, key: _Key, code: int) -> None:
        if len(self.warnings) >= _MOST_WARNINGS:
            return
        what, name = key
        name = name.removeprefix("the route to ")
        at = self._time()
        until = f"waiting up to {_AWAITED_S:.0f} s for it"
        if what is Lost.ROUTE:
            route = name if name == "the default route" else f"the route to {name}"
            self.warnings.append(f"{route} was lost at {at} ({errno.errorcode.get(code, code)}): {until}")
        elif what is Lost.SOURCE:
            self.warnings.append(f"--source {name} is no longer an address of this host, since {at}: {until}")
        else:
            towards = name if name != "the default route" else "where the default route leads"
            self.warnings.append(
                f"this host has no address to send from towards {towards} (at {at}): "
                f"waiting up to {_AWAITED_S:.0f} s for one"
            )

    def set_aside(self, trials: Iterable[TrialT], what: Lost, now: float) -> None:
        """They wait for their way, see `due`. It is lost anew if somebody left by it since it was found missing."""
        for trial in trials:
            place = trial.endpoint.place
            missing = self._missing.setdefault(self._key(place, what), _Missing(now, place))
            missing.aside.append(trial)
            missing.places.add(place)
        self._try_at = min(self._try_at, now + _TRY_S)

    def alike(self, trials: Iterable[TrialT], first: BareTrial, what: Lost) -> list[TrialT]:
        """Those that would miss the same: of a route, those of the same network, for others may have a better one."""
        key = self._key(first.endpoint.place, what), network_key(first.endpoint.place)
        if what is not Lost.ROUTE:
            return [trial for trial in trials if self._key(trial.endpoint.place, what) == key[0]]
        places = [(trial, trial.endpoint.place) for trial in trials]
        return [trial for trial, place in places if (self._key(place, what), network_key(place)) == key]

    def departed(self, trials: Iterable[TrialT], now: float) -> list[TrialT]:
        """These left, or met something else at once: their ways are back. Returns who waited for them."""
        back: list[TrialT] = []
        places = {trial.endpoint.place: bool(trial.probes) for trial in trials if trial.probes or trial.verdict}
        for place, away in places.items():
            for what in Lost:
                key = self._key(place, what)
                missing = self._missing.get(key)
                if missing is None or (missing.over and not away):
                    continue
                if what is Lost.ROUTE and place not in missing.places:
                    continue
                if what is not Lost.ADDRESS or not place.note.source.startswith("fe80:"):
                    back += self._missing.pop(key).aside
        for key in [key for key, missing in self._missing.items() if self._is_back(key, missing, now)]:
            back += self._missing.pop(key).aside
        if not self:
            self._try_at = float("inf")
        return back

    def _is_back(self, key: _Key, missing: _Missing[TrialT], now: float) -> bool:
        """Whether a route that nobody waits for any more is there again, though nobody left by it since."""
        if key[0] is not Lost.ROUTE or not missing.over or now < missing.look_at:
            return False
        missing.look_at = now + _LOOK_S
        way = self._no_way(missing.place)
        missing.gone = missing.gone or bool(way)
        return missing.gone and way == 0

    def due(self, now: float) -> list[TrialT]:
        """One of each missing way, to try it; all of those that waited long enough."""
        if now < self._try_at:
            return []
        out: list[TrialT] = []
        for missing in self._missing.values():
            many = len(missing.aside) if now - missing.since >= _AWAITED_S else 1
            out += missing.aside[:many]
            del missing.aside[:many]
        self._try_at = now + _TRY_S if len(self) else float("inf")
        return out

    def delay(self, now: float) -> float:
        """Seconds until `due` has something; infinity if nobody waits."""
        return max(0.0, self._try_at - now)


def _link(place: Place) -> str:
    """Which of the links that all have a network of this name."""
    return f" on {place.address.partition('%')[2]}" if place.scope else ""
