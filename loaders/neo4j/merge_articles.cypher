UNWIND $rows AS row
MERGE (n:Article {kgbuild_graph: $graph, id: row.id})
SET n += row.properties
RETURN count(*) AS written;
