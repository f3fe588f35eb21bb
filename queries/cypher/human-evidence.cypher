//+ title = "Claims about a concept from human studies"
//+ description = "The evidence from human studies that involves a concept, with its sentences. Retracted articles, notices and versions in whose place another one speaks are left out."
//+
//+ [parameters.concept]
//+ type = "concept"
//+ description = "The concept."
//+
//+ [parameters.narrower]
//+ type = "boolean"
//+ default = false
//+ description = "Take concepts narrower than the one named as well."
//+
//+ [parameters.design]
//+ type = "design"
//+ default = ""
//+ description = "Only evidence from studies of this design, such as randomised trial; of any if left out."
//+
//+ [parameters.min_participants]
//+ type = "integer"
//+ default = 0
//+ description = "Only evidence from studies known to have so many people."
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
//+ pmid = "the article's PMID"
//+ year = "its year"
//+ sentence = "the sentence, or the first of two"
//+ second_sentence = "the second one, where the mentions stand in two"
//+ negated = "whether the text denies it"
//+ speculative = "whether the text only supposes it"
//+ direction = "direction of the object's change"
//+ study_design = "design of the study, where it is known"
//+ participants = "number of its participants, where it is known"
//+
//+ [example]
//+ concept = "Parkinson disease"

MATCH (wanted:Concept {kgbuild_graph: $graph, uri: $concept})
MATCH (concept_found:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(wanted)
WHERE $narrower OR concept_found = wanted
WITH DISTINCT concept_found
MATCH (concept_found)<-[:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})
MATCH (a)<-[:EVIDENCE_OF]-(e:Evidence)-[:FROM_ARTICLE]->(p:Article)
WHERE e.study = 'human' AND p.work = p.pmid AND NOT p.standing IN ['retracted', 'notice']
  AND ($design IS NULL OR p.design = $design)
  AND ($min_participants = 0 OR p.participants >= $min_participants)
MATCH (subject:Concept)<-[:SUBJECT]-(a)-[:OBJECT]->(object:Concept)
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, p.pmid AS pmid, p.year AS year,
  e.firstSentence AS sentence, e.secondSentence AS second_sentence, e.negated AS negated,
  e.speculative AS speculative, e.direction AS direction, p.design AS study_design, p.participants AS participants
ORDER BY year IS NULL, year DESC, pmid, e.uri
