"""The rules of the field, free of Qt, databases, files and clocks."""
