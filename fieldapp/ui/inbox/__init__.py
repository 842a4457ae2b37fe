"""The page Inbox of a head office: the files of centres, what is in them, receipts, packs and enrolment."""
