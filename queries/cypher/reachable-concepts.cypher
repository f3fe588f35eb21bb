//+ title = "Concepts within two direct steps"
//+ description = "Concepts that a path of one or two direct triples reaches from a concept: a start for exploring."
//+
//+ [parameters.concept]
//+ type = "concept"
//+ description = "The concept to start from."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ first_predicate = "IRI of the first relation"
//+ middle = "IRI of the first neighbour"
//+ middle_name = "its name"
//+ second_predicate = "IRI of the second relation; empty for a neighbour"
//+ end = "IRI of the concept reached"
//+ end_name = "its name"
//+
//+ [example]
//+ concept = "metformin"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $concept})-[one]->(middle:Concept)
WHERE one.kgbuild_graph = $graph AND one.predicate IS NOT NULL
CALL (middle) {
  MATCH (middle)-[two]->(end:Concept)
  WHERE two.kgbuild_graph = $graph AND two.predicate IS NOT NULL
  RETURN two.predicate AS second_predicate, end
  UNION ALL
  RETURN NULL AS second_predicate, middle AS end
}
WITH wanted, one, middle, second_predicate, end
WHERE end <> wanted
RETURN one.predicate AS first_predicate, middle.uri AS middle, middle.name AS middle_name, second_predicate,
  end.uri AS end, end.name AS end_name
ORDER BY second_predicate IS NOT NULL, second_predicate, first_predicate, middle, end
