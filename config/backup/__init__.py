"""The whole portal in one directory, and back: rows as JSON lines, uploads as they are, and a manifest over both.

One format for both databases, so that a backup of SQLite restores to PostgreSQL and the other way round. It holds the
schema as a list of applied migrations, so that a later release restores it and then migrates it forward.
"""
