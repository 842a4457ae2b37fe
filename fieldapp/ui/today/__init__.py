"""The page that is open in the morning."""
