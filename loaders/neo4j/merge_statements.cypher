UNWIND $rows AS row
MATCH (subject:Concept {kgbuild_graph: $graph, id: row.subject})
MATCH (object:Concept {kgbuild_graph: $graph, id: row.object})
MERGE (n:Association {kgbuild_graph: $graph, id: row.id})
SET n += row.properties
MERGE (n)-[:SUBJECT {kgbuild_graph: $graph}]->(subject)
MERGE (n)-[:OBJECT {kgbuild_graph: $graph}]->(object)
RETURN count(*) AS written;
