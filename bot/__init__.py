"""Watchfloor: feeds in, watchlists matched, one good message out. This package imports nothing."""
