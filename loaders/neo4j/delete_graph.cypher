// The last of a graph that is removed as a whole.
MATCH (g:KgbuildGraph {kgbuild_graph: $graph, loader: $loader})
DELETE g;
