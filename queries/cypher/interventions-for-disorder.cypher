//+ title = "Interventions that act on a disorder"
//+ description = "Drugs, foods, supplements, chemicals and bacteria said to influence a disorder; those with most evidence that it falls come first."
//+
//+ [parameters.disorder]
//+ type = "concept"
//+ labels = ["DDF"]
//+ description = "The disorder."
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
//+ predicate = "IRI of the relation"
//+ disorder_found = "IRI of the disorder, or of a narrower one"
//+ decrease = "evidence that it improves or prevents the disorder"
//+ increase = "evidence that it worsens it"
//+ human = "supporting evidence from human studies"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ statement = "IRI of the statement"
//+
//+ [example]
//+ disorder = "depressive disorder"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $disorder})
MATCH (disorder_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR disorder_found = wanted
WITH DISTINCT disorder_found
MATCH (disorder_found)<-[:OBJECT]-(a:Association {kgbuild_graph: $graph})-[:SUBJECT]->(intervention:Concept)
WHERE a.predicate IN [
  'https://w3id.org/kgbuild/gutbrain#influence',
  'https://w3id.org/kgbuild/gutbrain#changeEffect'
]
RETURN intervention.uri AS intervention, intervention.name AS intervention_name, a.subjectClass AS kind,
  a.predicate AS predicate, disorder_found.uri AS disorder_found, a.improves AS decrease,
  a.worsens AS increase, a.human AS human, a.belief AS belief, a.supporting AS supporting,
  a.refuting AS refuting, a.uri AS statement
ORDER BY decrease DESC, belief DESC, statement
