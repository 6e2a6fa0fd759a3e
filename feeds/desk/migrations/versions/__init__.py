"""The scripts, one a version."""
