// Locks the graph until the transaction ends; no row comes back if another load has taken it over.
MATCH (g:KgbuildGraph {kgbuild_graph: $graph})
SET g.loader = g.loader
WITH g WHERE g.loader = $loader
RETURN g.loader AS loader;
