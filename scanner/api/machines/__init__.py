"""A scan by the workers of a Dask cluster.

Where its scheduler is (`dask_address.py`), how one gets hold of it (`dask_connection.py`, `scheduler_trouble.py`), and
whether its workers run the same code (`worker_code.py`). What is said to it and heard of it: by whoever scans
(`dask_pool.py`, `dask_beats.py`), by a worker (`dask_courier.py`, `dask_tidying.py`), and in Dask's own words
(`dask_client.py`). The scan made of that is `machine_scans.py`.
"""
