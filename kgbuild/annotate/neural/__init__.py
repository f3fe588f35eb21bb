"""Trained models at work: one encoder pass an article finds entities and relations."""
