"""ONE TRACE: where on the way connections stop, hop by hop, for `scanner trace` and `--explain`."""
