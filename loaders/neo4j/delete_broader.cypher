UNWIND $ids AS id
MATCH ()-[r:BROADER {kgbuild_graph: $graph, id: id}]->()
DELETE r
RETURN count(*) AS removed;
