"""Backup and restore: one archive that any of our databases can be made from again.

Tables travel as neutral rows (`rows`), so that what was kept in SQLite can be taken up in PostgreSQL and the other way
round. Every member of the archive has its checksum and every table a hash that does not depend on the order of its
rows (`manifest`); a restore compares it with what it reads back from the database it filled. What this package does
not do: bring an archive to another machine, or read a table's meaning.
"""
