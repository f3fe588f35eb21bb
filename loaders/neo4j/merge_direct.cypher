// `PREDICATE` stands for a type that the ontology names.
UNWIND $rows AS row
MATCH (subject:Concept {kgbuild_graph: $graph, id: row.subject})
MATCH (object:Concept {kgbuild_graph: $graph, id: row.object})
MERGE (subject)-[r:PREDICATE {kgbuild_graph: $graph, id: row.id}]->(object)
SET r += row.properties
RETURN count(*) AS written;
