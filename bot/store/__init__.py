"""All SQL stands in this room."""
