"""Readers: PubMed and annotated corpora to documents."""
