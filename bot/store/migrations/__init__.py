"""The schema's history, oldest first; each file is one step and one transaction."""
