"""Examples of every record, all of invented people."""
