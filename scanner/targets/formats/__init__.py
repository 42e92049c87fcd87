"""LISTS THAT PEOPLE ALREADY HAVE, read as targets: a small module for each format, a line for each in a table.

A file's way: its bytes -> `InputText`, told apart by content (`input_formats.py`) -> the reader of its format, which
puts what it finds into a `Listing` -> a `TargetFile`, as our own YAML is one. Nothing is looked up or followed: no
variables, includes, secrets or services of the network; and whatever is not understood is a mistake with its place,
never left out in silence.
"""
