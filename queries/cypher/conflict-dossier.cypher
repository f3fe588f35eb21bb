//+ title = "The contradictions between two concepts"
//+ description = "Evidence for and against statements that contradict themselves, with its side, study, design and year."
//+
//+ [parameters.first]
//+ type = "concept"
//+ description = "The one concept."
//+
//+ [parameters.second]
//+ type = "concept"
//+ description = "The other."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 200
//+ description = "Most rows."
//+
//+ [columns]
//+ statement = "IRI of the statement"
//+ predicate = "IRI of the relation"
//+ side = "denied, affirmed, or the kind of claim and its direction, such as association increase"
//+ evidence = "IRI of the evidence"
//+ pmid = "the article's PMID"
//+ year = "its year"
//+ study = "human, animal, in vitro or unknown"
//+ study_design = "design of the study, where it is known"
//+ participants = "number of its participants, where it is known"
//+ sentence = "the sentence, or the first of two"
//+
//+ [example]
//+ first = "Parkinson disease"
//+ second = "Akkermansia muciniphila"

MATCH (first:Concept {kgbuild_graph: $graph, uri: $first})<-[:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})
  -[:SUBJECT|OBJECT]->(second:Concept {kgbuild_graph: $graph, uri: $second})
WHERE a.conflict
MATCH (a)<-[:EVIDENCE_OF]-(e:Evidence)-[:FROM_ARTICLE]->(p:Article)
WHERE e.finding AND NOT p.standing IN ['retracted', 'notice'] AND p.work = p.pmid
RETURN a.uri AS statement, a.predicate AS predicate,
  CASE WHEN e.negated THEN 'denied' WHEN e.direction IN ['increase', 'decrease'] THEN e.claim + ' ' + e.direction
    ELSE 'affirmed' END AS side,
  e.uri AS evidence, p.pmid AS pmid, p.year AS year, e.study AS study, p.design AS study_design,
  p.participants AS participants, e.firstSentence AS sentence
ORDER BY statement, side, year IS NULL, year DESC, evidence
