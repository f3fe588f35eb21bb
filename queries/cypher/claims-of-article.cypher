//+ title = "The claims of an article"
//+ description = "What was extracted from one article, with the sentences."
//+
//+ [parameters.pmid]
//+ type = "article"
//+ description = "The article's PMID."
//+
//+ [parameters.limit]
//+ type = "integer"
//+ default = 100
//+ description = "Most rows."
//+
//+ [columns]
//+ evidence = "IRI of the evidence"
//+ statement = "IRI of the statement"
//+ subject_name = "name of the subject"
//+ predicate = "IRI of the relation"
//+ object_name = "name of the object"
//+ sentence = "the sentence, or the first of two"
//+ second_sentence = "the second one, where the mentions stand in two"
//+ negated = "whether the text denies it"
//+ speculative = "whether the text only supposes it"
//+ direction = "direction of the object's change"
//+ score = "the extractor's confidence"
//+ standing = "sound, concern, partly retracted, retracted or notice; the last two count for nothing"
//+ work = "PMID of the version that counts; another version counts for nothing"
//+ study = "human, animal, in vitro or unknown"
//+ study_design = "design of the study, where it is known"
//+ participants = "number of its participants, where it is known"
//+
//+ [example]
//+ pmid = "101"

MATCH (p:Article {kgbuild_graph: $graph, pmid: $pmid})<-[:FROM_ARTICLE]-(e:Evidence)
MATCH (e)-[:EVIDENCE_OF]->(a:Association {kgbuild_graph: $graph})
MATCH (subject:Concept {kgbuild_graph: $graph, uri: e.subjectUri})
MATCH (object:Concept {kgbuild_graph: $graph, uri: e.objectUri})
RETURN e.uri AS evidence, a.uri AS statement, subject.name AS subject_name, a.predicate AS predicate,
  object.name AS object_name, e.firstSentence AS sentence, e.secondSentence AS second_sentence,
  e.negated AS negated, e.speculative AS speculative, e.direction AS direction, e.score AS score,
  p.standing AS standing, p.work AS work, e.study AS study, p.design AS study_design,
  p.participants AS participants
ORDER BY evidence
