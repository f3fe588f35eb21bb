UNWIND $rows AS row
MERGE (n:Concept {kgbuild_graph: $graph, id: row.id})
REMOVE n:$($classes)
SET n += row.properties, n:$(coalesce(row.class, []))
RETURN count(*) AS written;
