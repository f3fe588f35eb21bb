// What is known not to be there yet, with the relationships that statements are shown as. `row.properties` and
// `row.shown` have the graph's name and the id too.
UNWIND $rows AS row
MATCH (subject:Concept {kgbuild_graph: $graph, id: row.subject})
MATCH (object:Concept {kgbuild_graph: $graph, id: row.object})
CREATE (n:Association)
SET n = row.properties
CREATE (n)-[:SUBJECT {kgbuild_graph: $graph}]->(subject)
CREATE (n)-[:OBJECT {kgbuild_graph: $graph}]->(object)
FOREACH (shown IN row.shown |
    CREATE (subject)-[r:$(row.type)]->(object)
    SET r = shown
)
RETURN count(*) AS written;
