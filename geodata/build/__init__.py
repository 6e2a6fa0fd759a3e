"""Build the committed layers from packages and hand-entered facts.

The only part of the room that imports GeoPandas and Shapely, and only `geodata build`,
`geodata verify` and the tests come here. The same packages give the same bytes.

Deliberately not here: anything a running command centre needs.
"""

from geodata.build.pipeline import BuildReport, build_all

__all__ = ["BuildReport", "build_all"]
