"""CSV files as a source: a declarative mapping from columns to readings, and the replay of recorded files."""
