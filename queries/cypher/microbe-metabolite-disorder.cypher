//+ title = "Paths from a microbe through a metabolite to a disorder"
//+ description = "Chemicals that microbes produce, contain or interact with and that influence the disorder."
//+
//+ [parameters.disorder]
//+ type = "concept"
//+ labels = ["DDF"]
//+ description = "The disorder at the end of the path."
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
//+ microbe = "IRI of the microbe or community"
//+ microbe_name = "its name"
//+ first_predicate = "relation between microbe and metabolite"
//+ metabolite = "IRI of the metabolite"
//+ metabolite_name = "its name"
//+ disorder_found = "IRI of the disorder, or of a narrower one"
//+ increase = "evidence that the metabolite worsens the disorder"
//+ decrease = "evidence that it improves it"
//+ first_belief = "belief in the first step"
//+ second_belief = "belief in the second step"
//+
//+ [example]
//+ disorder = "depressive disorder"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $disorder})
MATCH (disorder_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR disorder_found = wanted
WITH DISTINCT disorder_found
MATCH (disorder_found)<-[:OBJECT]-(second:Association {kgbuild_graph: $graph})-[:SUBJECT]->(metabolite:Concept)
WHERE second.predicate = 'https://w3id.org/kgbuild/gutbrain#influence'
  AND second.subjectClass = 'https://w3id.org/kgbuild/gutbrain#Chemical'
CALL (metabolite) {
  MATCH (metabolite)<-[:SUBJECT]-(first:Association {kgbuild_graph: $graph})-[:OBJECT]->(microbe:Concept)
  WHERE first.predicate = 'https://w3id.org/kgbuild/gutbrain#producedBy'
  RETURN first, microbe
  UNION ALL
  MATCH (metabolite)<-[:OBJECT]-(first:Association {kgbuild_graph: $graph})-[:SUBJECT]->(microbe:Concept)
  WHERE first.predicate = 'https://w3id.org/kgbuild/gutbrain#interact'
    AND first.subjectClass = 'https://w3id.org/kgbuild/gutbrain#Bacteria'
  RETURN first, microbe
}
RETURN microbe.uri AS microbe, microbe.name AS microbe_name, first.predicate AS first_predicate,
  metabolite.uri AS metabolite, metabolite.name AS metabolite_name, disorder_found.uri AS disorder_found,
  second.worsens AS increase, second.improves AS decrease, first.belief AS first_belief,
  second.belief AS second_belief
ORDER BY first_belief * second_belief DESC, microbe, metabolite, disorder_found
