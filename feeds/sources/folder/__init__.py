"""A watched folder as a source: whatever files somebody puts there are taken, once each."""
