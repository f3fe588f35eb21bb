// Takes the graph over from a load that was killed or is still running; no row comes back if another load has begun
// since `$seen` was read.
MERGE (g:KgbuildGraph {kgbuild_graph: $graph})
SET g.loader = g.loader
WITH g WHERE coalesce(g.loader, '') = $seen
SET g.loader = $loader, g.complete = false
RETURN g.loader AS loader;
