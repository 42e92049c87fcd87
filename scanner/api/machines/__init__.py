"""A scan by the workers of a Dask cluster: where its scheduler is (`dask_address.py`), what is said to it and heard of
it (`dask_pool.py`, `dask_courier.py`), and the scan made of that (`machine_scans.py`)."""
