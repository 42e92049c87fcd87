"""What holds for every part of a scan, wherever it is probed."""

#: So often a part is begun at most: what ends a process, or a worker, again and again is no accident, but the part.
TRIES = 3
#: A stop takes three seconds at most: so long the parts may take to end, and there is something to be written then.
STOP_S = 2.0
