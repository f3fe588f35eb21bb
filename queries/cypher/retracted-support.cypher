//+ title = "Claims that rest on retracted articles"
//+ description = "Evidence from retracted articles, and how much the statement has without it."
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
//+ title = "the article's title"
//+ year = "its year"
//+ sentence = "the sentence, or the first of two"
//+ supporting = "evidence for it that stands"
//+ belief = "belief without the retracted article"
//+
//+ [example]

MATCH (p:Article {kgbuild_graph: $graph})<-[:FROM_ARTICLE]-(e:Evidence)
WHERE p.retracted
MATCH (e)-[:EVIDENCE_OF]->(a:Association {kgbuild_graph: $graph})
MATCH (subject:Concept)<-[:SUBJECT]-(a)-[:OBJECT]->(object:Concept)
RETURN a.uri AS statement, subject.uri AS subject, subject.name AS subject_name, a.predicate AS predicate,
  object.uri AS object, object.name AS object_name, p.pmid AS pmid, p.title AS title, p.year AS year,
  e.firstSentence AS sentence, a.supporting AS supporting, a.belief AS belief
ORDER BY supporting, pmid, e.uri
