// The relationships that statements are shown as are removed before, in the same transaction: MERGE with a type that
// is a parameter would look at all relationships of a concept.
UNWIND $rows AS row
MATCH (subject:Concept {kgbuild_graph: $graph, id: row.subject})
MATCH (object:Concept {kgbuild_graph: $graph, id: row.object})
MERGE (n:Association {kgbuild_graph: $graph, id: row.id})
SET n += row.properties
MERGE (n)-[:SUBJECT {kgbuild_graph: $graph}]->(subject)
MERGE (n)-[:OBJECT {kgbuild_graph: $graph}]->(object)
FOREACH (shown IN row.shown |
    CREATE (subject)-[r:$(row.type) {kgbuild_graph: $graph, id: row.id}]->(object)
    SET r += shown
)
RETURN count(*) AS written;
