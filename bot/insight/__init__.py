"""What the stored articles tell: look-ups and previews over the archive."""
