"""Activities: the list, the record page and the roster grid."""
