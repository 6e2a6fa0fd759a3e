"""One script a change, in the order of their revisions."""
