"""ONE SCAN: the engine's rows, with phantoms marked and expectations met; and what is said of it before and after.

(Not `scan`, for that is the public function: a package of that name would take its place.)
"""
