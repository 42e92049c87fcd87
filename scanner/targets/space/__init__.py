"""The target space: everything that a plan will probe, as a count and a pick."""
