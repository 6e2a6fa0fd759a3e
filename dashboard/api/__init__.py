"""The HTTP API for machines and for the screens' own actions, under `/api/v1`."""
