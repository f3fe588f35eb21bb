// Takes the graph over from a load that was killed or is still running.
MERGE (g:KgbuildGraph {kgbuild_graph: $graph})
SET g.loader = $loader, g.complete = false;
