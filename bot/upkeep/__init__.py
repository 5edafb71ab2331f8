"""Keeping an installation well: what is wrong with it, what it holds, what may go."""
