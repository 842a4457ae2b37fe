"""The window: pages, forms and the frame round them. No SQL, no rules; services are called, records shown."""
