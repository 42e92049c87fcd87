"""WHAT HOLDS A PROBE BACK: the rates a user promised, what a way can take, the neighbour table, a moment's rest.
Pure."""
