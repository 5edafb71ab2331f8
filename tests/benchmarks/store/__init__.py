"""The bench of the store: inserts, searches and the outbox, on both databases."""
