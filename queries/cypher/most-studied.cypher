//+ title = "The most studied concepts"
//+ description = "Concepts by the number of articles that mention them; of one class, or of all."
//+
//+ [parameters.class]
//+ type = "class"
//+ default = ""
//+ description = "One of the 13 labels, such as bacteria; all if left out."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ concept = "IRI of the concept"
//+ name = "its name"
//+ curie = "its CURIE"
//+ articles = "articles that mention it"
//+ mentions = "how often it is mentioned"
//+ statements = "statements about it"
//+
//+ [example]
//+ class = "bacteria"

MATCH (c:Concept {kgbuild_graph: $graph})
WHERE c.mentions > 0 AND c.class IS NOT NULL AND ($class IS NULL OR c.class = $class)
RETURN c.uri AS concept, c.name AS name, c.curie AS curie, c.articles AS articles, c.mentions AS mentions,
  COUNT {
    MATCH (c)<-[:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})
    RETURN DISTINCT a
  } AS statements
ORDER BY articles DESC, mentions DESC, concept
