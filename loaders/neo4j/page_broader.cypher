// The next relationships to broader concepts, by id.
MATCH ()-[r:BROADER]->()
WHERE r.kgbuild_graph = $graph AND r.id > $after
RETURN r.id AS id, r.kgbuild_hash AS hash
ORDER BY r.id
LIMIT $size;
