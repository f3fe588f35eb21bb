//+ title = "Microbes changed in any disorder of a family"
//+ description = "For each microbe, the disorders of a family (the disorder named and all narrower ones) in which it changes, by evidence that stands."
//+
//+ [parameters.family]
//+ type = "concept"
//+ labels = ["DDF"]
//+ description = "A broad disorder, such as neurodegenerative disease."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ microbe = "IRI of the microbe or community"
//+ microbe_name = "its name"
//+ disorders = "number of disorders in which it changes"
//+ disorder_names = "their names, separated by ;"
//+ increase = "evidence that the disorder goes with more of it"
//+ decrease = "evidence that the disorder goes with less of it"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ belief = "highest belief of its statements"
//+
//+ [example]
//+ family = "neurodegenerative disease"

MATCH (family:Concept {kgbuild_graph: $graph, uri: $family})
MATCH (disorder:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(family)
WITH DISTINCT disorder
MATCH (disorder)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(microbe:Concept)
WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#changeAbundance' AND a.supporting > 0
WITH microbe, disorder, a ORDER BY disorder.name
WITH microbe, count(DISTINCT disorder) AS disorders, collect(DISTINCT disorder.name) AS names,
  sum(a.more) AS increase, sum(a.less) AS decrease, sum(a.supporting) AS supporting,
  sum(a.refuting) AS refuting, max(a.belief) AS belief
RETURN microbe.uri AS microbe, microbe.name AS microbe_name, disorders,
  reduce(text = head(names), name IN tail(names) | text + '; ' + name) AS disorder_names,
  increase, decrease, supporting, refuting, belief
ORDER BY disorders DESC, supporting DESC, microbe
