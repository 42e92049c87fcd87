"""PHANTOMS: open ports behind which nobody listens. Begin with `accepts_all.py`. Pure, but for `marking.py`.

One host: `one_host.py` joins how far its ports are known (`port_counts`), its rows that are kept back (`kept_rows`),
what it is asked about its runs of open ports (`run_questions`, with `open_runs` and `inquiry`), what bears out that it
has accepted everything from the start (`far_end`, `canaries`), and what shows that it does no more (`box_end`).
Many hosts: `typed_ranges.py` joins what is said of an address range by one port (`intercepted`) and by all
(`everything`). Around them: who is known (`known_hosts`), who is asked beside the list (`beside`), and what may go
(`release`).
"""
