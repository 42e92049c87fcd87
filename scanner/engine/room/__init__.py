"""WHAT THIS MACHINE HAS ROOM FOR: probes in flight, what it is short of, its tracking table. Pure."""
