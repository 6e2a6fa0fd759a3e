"""The simulator: a source like any other, whose province is a model.

Passages come from the twin (`feeds.twin`); readings of the gates' state, the public services and the mobile network
from pure functions of time. Everything goes through the door under the source name `simulator`.
"""

from feeds.sources.simulator.model import Simulator
from feeds.sources.simulator.source import SimulatorSource

__all__ = ["Simulator", "SimulatorSource"]
