"""One script a version, oldest first."""
