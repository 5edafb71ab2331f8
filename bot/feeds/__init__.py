"""Everything that touches the web of feeds.

This package imports nothing, so that the parsing child starts quickly; name the module you want.
"""
