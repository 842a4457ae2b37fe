"""Small widgets that know no service and no record type."""
