"""Everything that touches the web of feeds. This package imports nothing: the parsing child starts here."""
