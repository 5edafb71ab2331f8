"""Pure: what an article says, in its own words."""
