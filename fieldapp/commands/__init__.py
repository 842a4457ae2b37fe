"""The commands of `fieldapp`, one module a subject; each adds its parsers and says what they do.

They call the same services as the window. What people read goes to standard error, what programs read (lists,
and one object with `--json`) to standard output. The contract of names, keys and statuses is in README.md.
"""
