"""Plan: targets, and what is to be done about what is missing."""
