// The next nodes of a kind, by id. `NODE` stands for the kind's label.
MATCH (n:NODE)
WHERE n.kgbuild_graph = $graph AND n.id > $after
RETURN n.id AS id, n.kgbuild_hash AS hash
ORDER BY n.id
LIMIT $size;
