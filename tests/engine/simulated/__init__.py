"""Random networks on the fake kernel, each from a seed, and what a right report of each may say.

`world` draws one; `situations` are the troubles that may come over a network or a host of it in mid-scan; `play` scans
it with the real engine; `invariants` hold on every network; `truth` says of a row whether it claims what nothing
carries; `table` counts truth against verdict. `test_simulated.py` plays some in every run of the suite,
`python -m tests.lab.simulate` as many as you like.
"""
