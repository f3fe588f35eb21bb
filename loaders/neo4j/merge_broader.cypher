UNWIND $rows AS row
MATCH (child:Concept {kgbuild_graph: $graph, id: row.child})
MATCH (parent:Concept {kgbuild_graph: $graph, id: row.parent})
MERGE (child)-[r:BROADER {kgbuild_graph: $graph, id: row.id}]->(parent)
SET r += row.properties
RETURN count(*) AS written;
