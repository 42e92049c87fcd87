"""ONE SCAN BY SEVERAL PROCESSES of this machine: an engine in each, and their rows in one stream (`many_probing.py`).

Each has a part of the plan; no host is split. What a process has is its own: sockets, evidence, brakes. What there is
only one of is shared out: a rate (`rate_shares.py`), what this machine has room for, and who answers
(`parts/heard_places.py`).
"""
