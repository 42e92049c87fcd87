"""ONE SCAN BY OTHER MACHINES: parts of a plan are probed by workers there, and their rows come together here.

`remote_probing.py` is the `Probing` that a scan stands on: it goes on until all parts have ended, and
`remote_parts.py` says what becomes of each. For that it asks who gets which part (`part_sharing.py`, out of
`part_queue.py`; of how many: `part_sizes.py`), which runs are silent (`run_watch.py`), what came of a part so far
(`part_log.py`) and how far all are (`parts_headway.py`); what people are told of it is in `remote_words.py`.

`part_run.py` is what runs on a worker; `worker_pool.py` says what lies between the two. Which cluster that is, nothing
here knows.
"""
