"""Sessions, turns and pictures in SQL and in a content-addressed store."""
