"""A home on disk: its folder and keys, its database, and the one door through which records are written."""
