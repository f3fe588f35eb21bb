//+ title = "Metabolites of the microbiome and what they influence"
//+ description = "Chemicals produced by microbes or their communities, with the disorders that they are said to influence."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ metabolite = "IRI of the metabolite"
//+ metabolite_name = "its name"
//+ producer = "IRI of the community"
//+ producer_name = "its name"
//+ production_belief = "belief that it is produced"
//+ disorder = "IRI of the disorder; empty if none is known"
//+ disorder_name = "its name"
//+ increase = "evidence that the disorder rises"
//+ decrease = "evidence that it falls"
//+ influence_belief = "belief in the influence"
//+
//+ [example]

MATCH (metabolite:Concept)<-[:SUBJECT]-(production:Association {kgbuild_graph: $graph})-[:OBJECT]->(producer:Concept)
WHERE production.predicate = 'https://w3id.org/kgbuild/gutbrain#producedBy'
OPTIONAL MATCH
  (metabolite)<-[:SUBJECT]-(influence:Association {kgbuild_graph: $graph})-[:OBJECT]->(disorder:Concept)
WHERE influence.predicate = 'https://w3id.org/kgbuild/gutbrain#influence'
RETURN metabolite.uri AS metabolite, metabolite.name AS metabolite_name, producer.uri AS producer,
  producer.name AS producer_name, production.belief AS production_belief, disorder.uri AS disorder,
  disorder.name AS disorder_name, influence.increase AS increase, influence.decrease AS decrease,
  influence.belief AS influence_belief
ORDER BY production_belief DESC, influence_belief IS NULL, influence_belief DESC, metabolite, producer, disorder
