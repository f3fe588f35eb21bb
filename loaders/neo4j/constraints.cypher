// What is unique within a kgbuild graph, and what is looked up. Nodes without `kgbuild_graph` are outside all of these.
CREATE CONSTRAINT kgbuild_graph IF NOT EXISTS
FOR (n:KgbuildGraph) REQUIRE n.kgbuild_graph IS UNIQUE;

CREATE CONSTRAINT kgbuild_concept IF NOT EXISTS
FOR (n:Concept) REQUIRE (n.kgbuild_graph, n.id) IS UNIQUE;

CREATE CONSTRAINT kgbuild_article IF NOT EXISTS
FOR (n:Article) REQUIRE (n.kgbuild_graph, n.id) IS UNIQUE;

CREATE CONSTRAINT kgbuild_association IF NOT EXISTS
FOR (n:Association) REQUIRE (n.kgbuild_graph, n.id) IS UNIQUE;

CREATE CONSTRAINT kgbuild_evidence IF NOT EXISTS
FOR (n:Evidence) REQUIRE (n.kgbuild_graph, n.id) IS UNIQUE;

CREATE CONSTRAINT kgbuild_broader IF NOT EXISTS
FOR ()-[r:BROADER]-() REQUIRE (r.kgbuild_graph, r.id) IS UNIQUE;

CREATE INDEX kgbuild_concept_uri IF NOT EXISTS
FOR (n:Concept) ON (n.kgbuild_graph, n.uri);

CREATE INDEX kgbuild_concept_name IF NOT EXISTS
FOR (n:Concept) ON (n.kgbuild_graph, n.name);

CREATE INDEX kgbuild_article_pmid IF NOT EXISTS
FOR (n:Article) ON (n.kgbuild_graph, n.pmid);
