"""How records travel between homes without a network: sync files, receipts, enrolment."""
