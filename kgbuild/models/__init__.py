"""Trained models: the one that ships (a folder here), the user's own, and how they are found and fetched."""
