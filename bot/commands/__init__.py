"""The command layer: what people may ask, the same for every platform."""
