//+ title = "Microbes changed in both of two disorders"
//+ description = "Microbes that change with the one disorder and with the other, with the directions side by side."
//+
//+ [parameters.first]
//+ type = "concept"
//+ labels = ["DDF"]
//+ description = "The one disorder."
//+
//+ [parameters.second]
//+ type = "concept"
//+ labels = ["DDF"]
//+ description = "The other."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ microbe = "IRI of the microbe or community"
//+ microbe_name = "its name"
//+ first_increase = "evidence that the first goes with more of it"
//+ first_decrease = "evidence that the first goes with less of it"
//+ first_belief = "belief in the first statement"
//+ second_increase = "evidence that the second goes with more of it"
//+ second_decrease = "evidence that the second goes with less of it"
//+ second_belief = "belief in the second statement"
//+
//+ [example]
//+ first = "Parkinson disease"
//+ second = "depressive disorder"

MATCH (:Concept {kgbuild_graph: $graph, uri: $first})<-[:SUBJECT]-(one:Association {kgbuild_graph: $graph})
MATCH (one)-[:OBJECT]->(microbe:Concept)
MATCH (:Concept {kgbuild_graph: $graph, uri: $second})<-[:SUBJECT]-(two:Association {kgbuild_graph: $graph})
MATCH (two)-[:OBJECT]->(microbe)
WHERE one.predicate = 'https://w3id.org/kgbuild/gutbrain#changeAbundance' AND two.predicate = one.predicate
  AND one.supporting > 0 AND two.supporting > 0
RETURN microbe.uri AS microbe, microbe.name AS microbe_name, one.more AS first_increase,
  one.less AS first_decrease, one.belief AS first_belief, two.more AS second_increase,
  two.less AS second_decrease, two.belief AS second_belief
ORDER BY first_belief * second_belief DESC, microbe
