//+ title = "Genes whose expression a microbe or substance changes"
//+ description = "Genes whose expression changes, and in which direction, under a microbe, chemical, drug, food or supplement."
//+
//+ [parameters.concept]
//+ type = "concept"
//+ labels = ["bacteria", "microbiome", "chemical", "drug", "food", "dietary supplement"]
//+ description = "The microbe, community or substance."
//+
//+ [parameters.narrower]
//+ type = "boolean"
//+ default = false
//+ description = "Take concepts narrower than the one named as well."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ gene = "IRI of the gene"
//+ gene_name = "its name"
//+ concept_found = "IRI of the concept, or of a narrower one"
//+ increase = "evidence that expression rises"
//+ decrease = "evidence that it falls"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ statement = "IRI of the statement"
//+
//+ [example]
//+ concept = "butyrate"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $concept})
MATCH (concept_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR concept_found = wanted
WITH DISTINCT concept_found
MATCH (concept_found)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(gene:Concept)
WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#changeExpression'
RETURN gene.uri AS gene, gene.name AS gene_name, concept_found.uri AS concept_found, a.increase AS increase,
  a.decrease AS decrease, a.belief AS belief, a.supporting AS supporting, a.refuting AS refuting,
  a.uri AS statement
ORDER BY belief DESC, supporting DESC, statement
