"""Slides of the briefing: from the topics at one instant to a deck whose texts are ready to be read. Pure."""
