"""Probes as a source: the province's own systems asked whether they answer, how fast, and for how long they may."""
