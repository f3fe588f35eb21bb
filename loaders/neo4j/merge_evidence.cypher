UNWIND $rows AS row
MATCH (association:Association {kgbuild_graph: $graph, id: row.statement})
MATCH (article:Article {kgbuild_graph: $graph, id: row.article})
MERGE (n:Evidence {kgbuild_graph: $graph, id: row.id})
SET n += row.properties
MERGE (n)-[:EVIDENCE_OF {kgbuild_graph: $graph}]->(association)
MERGE (n)-[:FROM_ARTICLE {kgbuild_graph: $graph}]->(article)
RETURN count(*) AS written;
