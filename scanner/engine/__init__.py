"""HOW targets are probed: one loop, single-threaded, over many non-blocking connects.

Read `loop.py` first: its round names the other modules in the order in which they are called. What decides is pure: it
is given times, errnos and counts, and says what to do. What acts is thin.

* whom to probe (pure): `schedule`, and behind it `gates` (what holds a trial back: `neighbours`, `pace`, `hostrate`)
  and `silence` (timeout or one more attempt: `paths`, `evidence`)
* the probes in flight (acting): `multiplexer`, and behind it `sockets`, `deadlines`, `examine`, `pollers`, `kernel`
* what an answer means (pure): `verdict`
* what this machine is short of (pure): `shortage`, `limits`
* beside the loop: `acceptall` looks at its rows; `trace` is a loop of its own, whose decisions are in `hops`
"""
