"""The digital twin of the border gates: a discrete-event model of the eight steps, gate by gate.

Pure: no clock, no I/O; the same seed, start and schedule give the same passages to the second.
"""
