// Removes nodes that no relationship of other data holds. `NODE` stands for their label.
UNWIND $ids AS id
MATCH (n:NODE {kgbuild_graph: $graph, id: id})
WHERE NOT EXISTS { (n)--() }
DELETE n
RETURN count(*) AS removed;
