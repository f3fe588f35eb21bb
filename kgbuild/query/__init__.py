"""Asking the graph: named queries, SPARQL, a concept's neighbours."""
