"""ONE TRACE: where on the way connections stop, hop by hop, for `scanner trace` and `--explain`.

Read `tracer.py` first: its turn names the other modules in the order in which they are called.

* whom to ask next (pure): `starting_order` and `company` among all targets, `route` on the way to one of them, and
  behind it `waves` (when hops leave) and `hearsay` (what others know)
* what leaves (acting): `departures`
* what came back (pure): `hop_answers`, `silent_hops` with the `router_budget`, and `findings`: what is shown
* around it: `run` (targets from a feed, names for hops), `explain` and `blocked` (after a scan)
"""
