"""The rule engine against its peers: same articles, watchlists and matches, alternating."""
