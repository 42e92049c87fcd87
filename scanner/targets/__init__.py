"""WHAT to probe: grammar, target files, the target space, name resolution."""
