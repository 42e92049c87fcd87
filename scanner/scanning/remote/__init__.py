"""ONE SCAN BY OTHER MACHINES: parts of a plan are probed by workers there, and their rows come together here.

`remote_probing.py` shares the parts out, and is the `Probing` that a scan stands on: who gets which part
(`part_queue.py`, of how many: `part_sizes.py`), what came of each (`part_log.py`), how far all are
(`parts_headway.py`). `part_run.py` is what runs on a worker; `worker_pool.py` says what lies between the two. Which
cluster that is, nothing here knows.
"""
