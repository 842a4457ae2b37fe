"""Taking in a list from a file: its columns, what becomes of each row, and taking it back."""
