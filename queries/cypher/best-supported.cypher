//+ title = "The best supported claims"
//+ description = "Findings by belief, then by the number of articles; of one relation, or of all. What sentences take for granted (located in, target, used by …) follows."
//+
//+ [parameters.predicate]
//+ type = "predicate"
//+ default = ""
//+ description = "One of the 17 relations, such as influence; all if left out."
//+
//+ [parameters.by_belief]
//+ type = "boolean"
//+ default = false
//+ description = "Rank by belief alone, what is taken for granted too."
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
//+ first_year = "year of the earliest article"
//+ last_year = "year of the latest article"
//+
//+ [example]
//+ predicate = "influence"

MATCH (subject:Concept)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(object:Concept)
WHERE $predicate IS NULL OR a.predicate = $predicate
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, a.belief AS belief, a.supporting AS supporting,
  a.refuting AS refuting, a.articles AS articles, a.firstYear AS first_year, a.lastYear AS last_year
ORDER BY CASE WHEN $by_belief THEN false ELSE a.background END, belief DESC, articles DESC, statement
