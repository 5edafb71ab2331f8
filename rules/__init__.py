"""The rule engine: what a watchlist query means, and whether an article answers it."""
