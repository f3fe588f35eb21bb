//+ title = "Names without a concept"
//+ description = "Names that no concept of the term index fits, by the number of articles that use them: what a term index of your own could add."
//+
//+ [parameters.class]
//+ type = "class"
//+ default = ""
//+ description = "One of the 13 labels, such as chemical; all if left out."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ concept = "IRI of the name"
//+ name = "the name"
//+ class = "IRI of the class that most of its mentions have"
//+ articles = "articles that mention it"
//+ mentions = "how often it is mentioned"
//+ statements = "statements about it"
//+
//+ [example]
//+ class = "drug"

MATCH (c:Concept {kgbuild_graph: $graph})
WHERE c.uri STARTS WITH 'https://w3id.org/kgbuild/name/' AND ($class IS NULL OR c.class = $class)
RETURN c.uri AS concept, c.name AS name, c.class AS class, c.articles AS articles, c.mentions AS mentions,
  COUNT {
    MATCH (c)<-[:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})
    RETURN DISTINCT a
  } AS statements
ORDER BY articles DESC, mentions DESC, concept
