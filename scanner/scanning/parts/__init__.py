"""ONE PART OF A SCAN, whoever probes it: a process of this machine (`processes/`), or a worker elsewhere (`remote/`).

Where it is probed: `probing_loop.py`, and what that says (`worker_state.py`, `failures.py`). Where the parts come
together: which rows came already (`came_rows.py`), who was heard and is told to the others (`heard_places.py`), how far
all are (`joined_headway.py`), and when somebody's patience is over (`part_limits.py`). Those two rooms know this one,
and not each other: so what differs between them does so for a reason, which is said there.
"""
