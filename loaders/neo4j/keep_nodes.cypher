// Marks nodes that are gone from the graph but held by relationships of other data. `NODE` stands for their label.
UNWIND $ids AS id
MATCH (n:NODE {kgbuild_graph: $graph, id: id})
REMOVE n.kgbuild_hash;
