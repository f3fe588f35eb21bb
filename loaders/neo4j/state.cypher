// The kgbuild graphs of this database.
MATCH (g:KgbuildGraph)
RETURN g.kgbuild_graph AS graph, g.complete AS complete, coalesce(g.loader, '') AS loader
ORDER BY graph;
