//+ title = "Claims that are only supposed"
//+ description = "Statements whose supporting evidence is all speculative: what has been proposed but not reported."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ statement = "IRI of the statement"
//+ subject = "IRI of the subject"
//+ subject_name = "its name"
//+ predicate = "IRI of the relation"
//+ object = "IRI of the object"
//+ object_name = "its name"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ last_year = "year of the latest article"
//+
//+ [example]

MATCH (subject:Concept)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(object:Concept)
WHERE a.speculating > 0 AND a.speculating = a.supporting
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, a.supporting AS supporting, a.refuting AS refuting,
  a.lastYear AS last_year
ORDER BY supporting DESC, last_year IS NULL, last_year DESC, statement
