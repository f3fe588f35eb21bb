//+ title = "Microbes changed in a disorder"
//+ description = "Which microbes change with a disorder, and in which direction the articles say they do; by relations of either name."
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
//+ disorder_found = "IRI of the disorder, or of a narrower one"
//+ microbe = "IRI of the microbe or community"
//+ microbe_name = "its name"
//+ increase = "evidence that the disorder goes with more of it"
//+ decrease = "evidence that the disorder goes with less of it"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ articles = "articles with evidence for or against"
//+ statement = "IRI of the statement"
//+
//+ [example]
//+ disorder = "Parkinson disease"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $disorder})
MATCH (disorder_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR disorder_found = wanted
WITH DISTINCT disorder_found
CALL {
  WITH disorder_found
  MATCH (disorder_found)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(microbe:Concept)
  WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#changeAbundance'
  RETURN a, microbe
  UNION
  WITH disorder_found
  MATCH (disorder_found)<-[:OBJECT]-(a:Association {kgbuild_graph: $graph})-[:SUBJECT]->(microbe:Concept)
  WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#influence'
    AND a.subjectClass = 'https://w3id.org/kgbuild/gutbrain#Bacteria' AND a.more + a.less > 0
  RETURN a, microbe
}
RETURN disorder_found.uri AS disorder_found, microbe.uri AS microbe, microbe.name AS microbe_name,
  a.more AS increase, a.less AS decrease, a.belief AS belief, a.supporting AS supporting,
  a.refuting AS refuting, a.articles AS articles, a.uri AS statement
ORDER BY belief DESC, supporting DESC, statement
