"""Head office's findings: what several records together say that somebody ought to look at."""
