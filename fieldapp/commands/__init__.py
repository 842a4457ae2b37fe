"""The commands of `fieldapp`, one module a subject; each adds its parsers and says what they do.

They call the same services as the window. What people read goes to standard error, what programs read (lists,
and one object with `--json`) to standard output. Names of commands, keys of the objects and exit statuses
(console.Status) stay as they are once released: scripts rest on them.
"""
