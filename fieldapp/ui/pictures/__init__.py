"""Photographs and clippings of a record: a strip of them, one in full size, and how they come in."""
