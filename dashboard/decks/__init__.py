"""Decks of the briefing: composed by an operator in config/briefing.yaml, made into slides for one instant."""
