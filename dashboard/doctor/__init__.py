"""The doctor: what is wrong with the machine, its services and the installation, and what to do about each.

Facts are gathered by `machine`, `services` and `installation`, which may touch anything and change nothing but a small
file they delete again. What a fact means is decided by pure functions in `judge_*`, so that both sides of every
boundary can be tested without breaking a machine.
"""
