"""From names to addresses and back: lookups, their threads, their order, the resolver's own schedule."""
