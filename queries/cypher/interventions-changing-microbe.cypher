//+ title = "Interventions that change a microbe"
//+ description = "Drugs, foods, supplements and chemicals with an effect on a taxon or a community."
//+
//+ [parameters.microbe]
//+ type = "concept"
//+ labels = ["bacteria", "microbiome"]
//+ description = "The taxon or community."
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
//+ intervention = "IRI of the intervention"
//+ intervention_name = "its name"
//+ kind = "its class"
//+ microbe_found = "IRI of the microbe, or of a narrower one"
//+ increase = "evidence that the microbe rises"
//+ decrease = "evidence that it falls"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ statement = "IRI of the statement"
//+
//+ [example]
//+ microbe = "Akkermansia muciniphila"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $microbe})
MATCH (microbe_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR microbe_found = wanted
WITH DISTINCT microbe_found
MATCH (microbe_found)<-[:OBJECT]-(a:Association {kgbuild_graph: $graph})-[:SUBJECT]->(intervention:Concept)
WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#impact'
RETURN intervention.uri AS intervention, intervention.name AS intervention_name, a.subjectClass AS kind,
  microbe_found.uri AS microbe_found, a.raises AS increase, a.lowers AS decrease, a.belief AS belief,
  a.supporting AS supporting, a.refuting AS refuting, a.uri AS statement
ORDER BY belief DESC, supporting DESC, statement
