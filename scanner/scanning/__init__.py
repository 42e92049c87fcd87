"""ONE SCAN (`scan.py`): the engine's rows, phantoms marked and expectations met; and what is said before and after.

(Not `scan`, for that is the public function: a package of that name would take its place.)
"""
