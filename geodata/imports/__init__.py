"""Taking in what a province really has: boundary files, site inventories, population tables.

A file is opened with bounds (`archive`), read into features or rows (`geojson`, `vector`, `table`), brought to WGS 84
(`crs`), repaired and matched with our units (`repair`, `matching`), made one clean coverage (`clean`), simplified by
zoom and written as a new version (`boundaries`, `sites`, `population`). Needs Shapely, pyproj and pyogrio; nothing that
starts the house imports it. Deliberately not here: any decision to use a file without being asked to.
"""

from geodata.imports.intake import ImportResult, import_file
from geodata.imports.request import ImportRequest

__all__ = ["ImportRequest", "ImportResult", "import_file"]
