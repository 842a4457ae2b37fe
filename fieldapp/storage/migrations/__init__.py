"""Numbered, forward-only migrations. NEWEST is the one this program needs; a test holds it to the files."""

NEWEST = "0015"
