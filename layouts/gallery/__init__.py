"""What the gallery page shows: an invented day in each state, and the real components that draw it.

Pure. Nothing here is a reading: the gallery marks every figure as a sample, and no other screen sees this data.
"""
