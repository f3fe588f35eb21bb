//+ title = "Claims first made in a year"
//+ description = "Statements whose earliest article is of the given year."
//+
//+ [parameters.year]
//+ type = "year"
//+ description = "The year."
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
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ articles = "articles with evidence for or against"
//+
//+ [example]
//+ year = 2026

MATCH (subject:Concept)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(object:Concept)
WHERE a.firstYear = $year
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, a.belief AS belief, a.supporting AS supporting,
  a.refuting AS refuting, a.articles AS articles
ORDER BY belief DESC, supporting DESC, statement
