"""Writing the graph: RDF and the export formats."""
