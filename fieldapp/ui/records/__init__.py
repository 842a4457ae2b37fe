"""One list page and one form page for every record type; the pages of the rail only say which type."""
