// All that the tables hold is loaded.
MATCH (g:KgbuildGraph {kgbuild_graph: $graph, loader: $loader})
SET g.complete = true;
