"""The page Inbox of a head office: files that came, receipts that go, and the centres it knows."""
