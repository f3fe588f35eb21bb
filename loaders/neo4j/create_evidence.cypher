// What is known not to be there yet: MERGE would look for each node and relationship first. `row.properties` has the
// graph's name and the id too.
UNWIND $rows AS row
MATCH (association:Association {kgbuild_graph: $graph, id: row.statement})
MATCH (article:Article {kgbuild_graph: $graph, id: row.article})
CREATE (n:Evidence)
SET n = row.properties
CREATE (n)-[:EVIDENCE_OF {kgbuild_graph: $graph}]->(association)
CREATE (n)-[:FROM_ARTICLE {kgbuild_graph: $graph}]->(article)
RETURN count(*) AS written;
