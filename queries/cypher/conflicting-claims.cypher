//+ title = "Claims that conflict"
//+ description = "Statements with evidence both for and against them, or in opposite directions."
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
//+ increase = "supporting evidence that says the object rises"
//+ decrease = "supporting evidence that says the object falls"
//+ belief = "how far the evidence supports it, 0 to 1"
//+
//+ [example]

MATCH (subject:Concept)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(object:Concept)
WHERE a.conflict
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, a.supporting AS supporting, a.refuting AS refuting,
  a.increase AS increase, a.decrease AS decrease, a.belief AS belief
ORDER BY supporting + refuting DESC, statement
