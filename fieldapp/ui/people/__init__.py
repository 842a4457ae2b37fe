"""People: those of whom more is known than a roster row says."""
