"""Term indexes, and the linking of mentions to concepts."""
