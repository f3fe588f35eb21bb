//+ title = "Drugs that change microbes"
//+ description = "Drugs with an effect on a taxon or a community, with the direction of the change."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ drug = "IRI of the drug"
//+ drug_name = "its name"
//+ microbe = "IRI of the microbe or community"
//+ microbe_name = "its name"
//+ increase = "evidence that the microbe rises"
//+ decrease = "evidence that it falls"
//+ human = "supporting evidence from human studies"
//+ belief = "how far the evidence supports it, 0 to 1"
//+ supporting = "evidence for it"
//+ refuting = "evidence against it"
//+ statement = "IRI of the statement"
//+
//+ [example]

MATCH (drug:Concept)<-[:SUBJECT]-(a:Association {kgbuild_graph: $graph})-[:OBJECT]->(microbe:Concept)
WHERE a.predicate = 'https://w3id.org/kgbuild/gutbrain#impact'
  AND a.subjectClass = 'https://w3id.org/kgbuild/gutbrain#Drug'
RETURN drug.uri AS drug, drug.name AS drug_name, microbe.uri AS microbe, microbe.name AS microbe_name,
  a.raises AS increase, a.lowers AS decrease, a.human AS human, a.belief AS belief,
  a.supporting AS supporting, a.refuting AS refuting, a.uri AS statement
ORDER BY belief DESC, supporting DESC, statement
