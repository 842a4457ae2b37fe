"""The page Sync of a centre: making sync files, handing them over, and what head office answers."""
