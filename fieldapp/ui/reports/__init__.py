"""The page Reports: choose a report, a period and a place; look at it, print it, take it along as a file."""
