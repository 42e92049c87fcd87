"""Random networks on the fake kernel, each from a seed, and what a correct report on each may say.

`world` draws one; `situations` are the troubles that may befall a network or one of its hosts in mid-scan; `play` scans
it with the real engine; `invariants` hold on every network; `truth` says whether a row claims something unfounded;
`table` counts truth against verdict. `test_simulated.py` plays some in every run of the suite,
`python -m tests.lab.simulate` as many as you like.
"""
