//+ title = "Neighbours of a concept"
//+ description = "Everything that stands in a statement with a concept, the best believed first."
//+
//+ [parameters.concept]
//+ type = "concept"
//+ description = "The concept."
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
//+ role = "subject or object: what the concept is in the statement"
//+ concept_found = "IRI of the concept, or of a narrower one"
//+ predicate = "IRI of the relation"
//+ neighbour = "IRI of the neighbour"
//+ neighbour_name = "its name"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ increase = "supporting evidence that says the object rises"
//+ decrease = "supporting evidence that says the object falls"
//+ statement = "IRI of the statement"
//+
//+ [example]
//+ concept = "butyrate"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $concept})
MATCH (concept_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR concept_found = wanted
WITH DISTINCT concept_found
MATCH (concept_found)<-[role:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})
MATCH (a)-[other:SUBJECT|OBJECT]->(neighbour:Concept)
WHERE type(other) <> type(role)
RETURN toLower(type(role)) AS role, concept_found.uri AS concept_found, a.predicate AS predicate,
  neighbour.uri AS neighbour, neighbour.name AS neighbour_name, a.belief AS belief,
  a.supporting AS supporting, a.refuting AS refuting, a.increase AS increase, a.decrease AS decrease,
  a.uri AS statement
ORDER BY belief DESC, supporting DESC, statement, role
