"""Pure: who is told what, and why not."""
