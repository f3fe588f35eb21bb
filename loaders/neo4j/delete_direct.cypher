// The relationships of statements that are no longer shown as such, whatever their types.
UNWIND $ids AS id
MATCH (n:Association {kgbuild_graph: $graph, id: id})
MATCH (n)-[:SUBJECT {kgbuild_graph: $graph}]->(subject)
MATCH (n)-[:OBJECT {kgbuild_graph: $graph}]->(object)
MATCH (subject)-[r]->(object)
WHERE r.kgbuild_graph = $graph AND r.id = id
DELETE r;
