"""`GET /metrics`: what a Prometheus server reads of this house; the table of names is in `families`."""
