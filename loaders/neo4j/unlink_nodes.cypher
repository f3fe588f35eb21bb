// Takes the graph's own relationships off nodes. `NODE` stands for their label.
UNWIND $ids AS id
MATCH (n:NODE {kgbuild_graph: $graph, id: id})-[r]-()
WHERE r.kgbuild_graph = $graph
DELETE r;
