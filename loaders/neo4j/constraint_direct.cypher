// One relationship for each statement. `PREDICATE` stands for a type that the ontology names.
CREATE CONSTRAINT kgbuild_PREDICATE IF NOT EXISTS
FOR ()-[r:PREDICATE]-() REQUIRE (r.kgbuild_graph, r.id) IS UNIQUE;
