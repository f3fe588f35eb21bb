// The relationships that statements are shown as. Those of the same ids are removed before, in the same transaction;
// MERGE with a type that is a parameter would look at all relationships of a concept.
UNWIND $rows AS row
MATCH (subject:Concept {kgbuild_graph: $graph, id: row.subject})
MATCH (object:Concept {kgbuild_graph: $graph, id: row.object})
CREATE (subject)-[r:$(row.type) {kgbuild_graph: $graph, id: row.id}]->(object)
SET r += row.properties
RETURN count(*) AS written;
