"""Ours and its peers, one module each, all behind the door in `engine`."""
