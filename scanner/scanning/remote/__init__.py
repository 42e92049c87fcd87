"""ONE SCAN BY OTHER MACHINES: parts of a plan are probed by workers there, and their rows come together here.

`remote_probing.py` shares the parts out, and is the `Probing` that a scan stands on; `part_run.py` is what runs on a
worker; `worker_pool.py` says what lies between the two. Which cluster that is, nothing here knows.
"""
