"""PHANTOMS: open ports behind which nobody listens. Begin with `accepts_all.py`. Pure."""
