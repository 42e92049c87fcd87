"""A scan by the workers of a Dask cluster.

Where its scheduler is (`dask_address.py`), how one gets hold of it (`dask_connection.py`, `scheduler_trouble.py`), and
whether its workers run the same code (`worker_code.py`; of those that join later: `fit_workers.py`). What is said to it
and heard of it: by whoever scans (`dask_pool.py`, `dask_beats.py`), by a worker (`dask_courier.py`), and in Dask's own
words (`dask_client.py`); what is left with it the scheduler takes away (`dask_tidying.py`). What runs there and may
have nothing of ours is sent as its source (`sent_source.py`). Lists that no other host can probe are refused
(`own_links.py`). The scan made of all that is `machine_scans.py`.
"""
