"""ONE SCAN (`scan.py`): the engine's rows, with phantoms marked and expectations judged; what is said before and after.

(It is not called `scan`, because a package of that name would take the place of the public function.)
"""
