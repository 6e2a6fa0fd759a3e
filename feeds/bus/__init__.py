"""The bus: a port for append-only streams, its Valkey/Redis adapter and its in-memory twin."""
