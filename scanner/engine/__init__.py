"""HOW targets are probed: one loop, single-threaded, over many non-blocking connects.

Read `loop.py` first: its turn has three lines, and each names a room or a file here.

* `schedule.py`: whom to probe now, and what became of it. Behind it:
  `truth/` (when silence stands, and what a "no" comes to) and `brakes/` (what holds a probe back);
* `launcher.py` and `dispatch.py`, which traces use as well: a batch leaves, as far as there is room. Behind them:
  `room/` (what this machine has room for, and what it is short of) and
  `flight/` (the probes in flight: connect, wait, read what came, close);
* `rows.py`: the only maker of judged rows (names without an address get theirs in `targets/`, as do repeated targets);
* `trial.py`: a target on its way to a verdict, the one record that all of them pass on.

What decides is pure: it is given times, errnos and counts, and says what to do. What acts is thin: `flight/` alone
touches sockets. Who imports whom: `flight` knows nothing of `truth` and `brakes`; `tests/test_layers.py` holds that.
"""
