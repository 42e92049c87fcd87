"""The report as a page for a browser: one file that needs no network, no server and no other file.

`html_report.py` gathers and writes; `page_rows.py` keeps the rows, `page_data.py` has them as compact data;
`host_matrix.py`, `host_map.py` and `map_table.py` make the overview, `rtt_histogram.py` counts the round trips;
`page_head.py` and `page_lists.py` have what reads without JavaScript, `page_text.py` what is safe in HTML. Styles and
behaviour are `page.css` and the `.js` files beside them; `page_frame.py` puts them into the page. `page.js` says how
they are laid out.
"""
