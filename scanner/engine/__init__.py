"""HOW targets are probed: one loop, single-threaded, over many non-blocking connects.

Read `loop.py` first: its round names the other modules in the order in which they are called. What decides
is pure (`verdict`, `schedule`, `evidence`, `pace`): it is given times, errnos and counts, and says what to do. What
acts is thin (`multiplexer`, `pollers`, `kernel`).
"""
