"""A SCAN THAT SURVIVES: what it found is kept in a file as it goes on, and the same command goes on from there.

How the file is made (`journal_frames.py`), who holds it and writes it (`journal_file.py`), what it says of a scan
(`journal.py`) and of the runs before (`earlier_runs.py`), why there cannot be one (`journal_refusals.py`) or it is of
another scan (`changed_scan.py`), and what puts it between the probing and the rest (`journaled_probing.py`).
"""
