"""PHANTOMS: open ports behind which nobody listens. Begin with `accepts_all.py`. Pure, except for `marking.py`.

One host: `one_host.py` joins how far its ports are known (`port_counts`), its rows that are kept back (`kept_rows`),
what it is asked about its runs of open ports (`run_questions`, with `open_runs` and `inquiry`), what confirms that it
has accepted everything from the start (`last_ports`, `canaries`), and what shows that it no longer does (`box_end`).
Many hosts: `typed_ranges.py` joins what one port (`intercepted`) and all ports (`accepting_ranges`) say about an
address range. Around them: which hosts are known (`known_hosts`), what earlier runs of the scan found
(`earlier_rows`), what is probed besides the list (`extra_probes`, `host_extras`), which rows may go (`row_release`),
and the time in which the scan ran, which alone counts for that (`run_time`).
"""
