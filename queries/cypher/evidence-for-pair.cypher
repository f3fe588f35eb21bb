//+ title = "The evidence between two concepts"
//+ description = "All evidence between two concepts, in both directions, for and against, with its sentences."
//+
//+ [parameters.first]
//+ type = "concept"
//+ description = "The one concept."
//+
//+ [parameters.second]
//+ type = "concept"
//+ description = "The other."
//+
//+ [parameters.narrower]
//+ type = "boolean"
//+ default = false
//+ description = "Take concepts narrower than the one named as well."
//+
//+ [parameters.studies]
//+ type = "study"
//+ default = ""
//+ description = "Only evidence from studies of this kind: human, animal, in vitro or unknown; of any if left out."
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
//+ default = 200
//+ description = "Most rows."
//+
//+ [columns]
//+ evidence = "IRI of the evidence"
//+ statement = "IRI of the statement"
//+ predicate = "IRI of the relation"
//+ subject = "IRI of what the text has as subject"
//+ subject_text = "the subject as written"
//+ object = "IRI of what the text has as object"
//+ object_text = "the object as written"
//+ article = "IRI of the article"
//+ pmid = "the article's PMID"
//+ year = "its year"
//+ sentence = "the sentence, or the first of two"
//+ second_sentence = "the second one, where the mentions stand in two"
//+ negated = "whether the text denies it"
//+ speculative = "whether the text only supposes it"
//+ direction = "direction of the object's change"
//+ study = "human, animal, in vitro or unknown"
//+ score = "the extractor's confidence"
//+ retracted = "whether the article was retracted"
//+ standing = "sound, concern, partly retracted, retracted or notice; the last two count for nothing"
//+ work = "PMID of the version that counts; another version counts for nothing"
//+ study_design = "design of the study, where it is known"
//+ participants = "number of its participants, where it is known"
//+
//+ [example]
//+ first = "Parkinson disease"
//+ second = "Akkermansia muciniphila"

MATCH (first:Concept {kgbuild_graph: $graph, uri: $first})
MATCH (one:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(first)
WHERE $narrower OR one = first
WITH DISTINCT one
MATCH (second:Concept {kgbuild_graph: $graph, uri: $second})
MATCH (two:Concept)-[:BROADER*0.. {kgbuild_graph: $graph}]->(second)
WHERE $narrower OR two = second
WITH DISTINCT one, two
MATCH (one)<-[:SUBJECT|OBJECT]-(a:Association {kgbuild_graph: $graph})-[:SUBJECT|OBJECT]->(two)
MATCH (a)<-[:EVIDENCE_OF]-(e:Evidence)-[:FROM_ARTICLE]->(p:Article)
WHERE ($studies IS NULL OR e.study = $studies)
  AND ($design IS NULL OR p.design = $design)
  AND ($min_participants = 0 OR p.participants >= $min_participants)
RETURN e.uri AS evidence, a.uri AS statement, a.predicate AS predicate, e.subjectUri AS subject,
  e.subjectText AS subject_text, e.objectUri AS object, e.objectText AS object_text, p.uri AS article,
  p.pmid AS pmid, p.year AS year, e.firstSentence AS sentence, e.secondSentence AS second_sentence,
  e.negated AS negated, e.speculative AS speculative, e.direction AS direction, e.study AS study,
  e.score AS score, p.retracted AS retracted, p.standing AS standing, p.work AS work,
  p.design AS study_design, p.participants AS participants
ORDER BY negated, year IS NULL, year DESC, evidence
