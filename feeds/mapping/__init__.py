"""One declarative language for every payload: CSV, JSON, lines of JSON and XML become readings, passages and places."""

from feeds.mapping.load import load_mapping, parse_mapping
from feeds.mapping.payload import declared_places, read_payload, read_record
from feeds.mapping.rows import Row
from feeds.mapping.schema import Mapping
from feeds.mapping.trial import Trial, try_mapping

__all__ = [
    "Mapping",
    "Row",
    "Trial",
    "declared_places",
    "load_mapping",
    "parse_mapping",
    "read_payload",
    "read_record",
    "try_mapping",
]
