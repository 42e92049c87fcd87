"""PROBES IN FLIGHT: connect, wait, read what came, close. It acts; `verdict.py` says what an answer means.

It knows nothing of paths, evidence or rates: whom to probe, and whether silence stands, is decided elsewhere.
"""
