"""Language, look, and what the centre is."""
