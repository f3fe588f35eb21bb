"""A tiny file of each format, which the tests read whole, packed and damaged."""

OBO = "http://purl.obolibrary.org/obo/"

OBO_FILE = """format-version: 1.2
ontology: test

[Term]
id: MONDO:1
name: gut disease
synonym: "enteropathy" EXACT [a:b]
synonym: "bowel trouble" RELATED []
alt_id: MONDO:9
is_a: MONDO:0 ! disease
property_value: skos:exactMatch MESH:D000001

[Term]
id: XAO:2
name: old
is_obsolete: true

[Term]
id MONDO:3

[Typedef]
id: part_of
name: part of
"""
GRAPH = {
    "graphs": [
        {
            "nodes": [
                {
                    "id": OBO + "MONDO_1",
                    "lbl": "gut disease",
                    "type": "CLASS",
                    "meta": {
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "enteropathy"},
                            {"pred": "hasBroadSynonym", "val": "trouble"},
                        ]
                    },
                },
                {"id": OBO + "MONDO_2", "lbl": "old", "type": "CLASS", "meta": {"deprecated": True}},
                {"id": OBO + "RO_1", "lbl": "part of", "type": "PROPERTY"},
            ],
            "edges": [{"sub": OBO + "MONDO_1", "pred": "is_a", "obj": OBO + "MONDO_0"}],
        }
    ]
}
RDF = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY obo "http://purl.obolibrary.org/obo/" > ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
  xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:oio="http://www.geneontology.org/formats/oboInOwl#">
 <owl:Class rdf:about="&obo;MONDO_1"><rdfs:label xml:lang="en">gut disease</rdfs:label>
  <rdfs:label xml:lang="de">Darmkrankheit</rdfs:label><oio:hasExactSynonym>enteropathy</oio:hasExactSynonym>
  <rdfs:subClassOf rdf:resource="&obo;MONDO_0"/></owl:Class>
 <owl:Class rdf:about="&obo;MONDO_2"><rdfs:label>old</rdfs:label>
  <owl:deprecated rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</owl:deprecated></owl:Class>
 <owl:ObjectProperty rdf:about="&obo;RO_1"><rdfs:label>part of</rdfs:label></owl:ObjectProperty>
</rdf:RDF>
"""
TURTLE = """@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
obo:MONDO_1 a owl:Class ; skos:prefLabel "gut disease" ; skos:altLabel "enteropathy" ; skos:broader obo:MONDO_0 .
obo:MONDO_2 a owl:Class ; owl:deprecated true .
"""
FUNCTIONAL = """Prefix(obo:=<http://purl.obolibrary.org/obo/>)
Prefix(rdfs:=<http://www.w3.org/2000/01/rdf-schema#>)
Prefix(oio:=<http://www.geneontology.org/formats/oboInOwl#>)
Prefix(owl:=<http://www.w3.org/2002/07/owl#>)
Ontology(<http://example.org/o>
# a comment (with a parenthesis
Declaration(Class(obo:MONDO_1)) Declaration(Class(obo:MONDO_2)) Declaration(ObjectProperty(obo:RO_1))
AnnotationAssertion(rdfs:label obo:MONDO_1 "gut \\"disease\\" (any)"@en)
AnnotationAssertion(Annotation(rdfs:comment "why") oio:hasExactSynonym obo:MONDO_1 "enteropathy")
AnnotationAssertion(owl:deprecated obo:MONDO_2 "true"^^xsd:boolean)
SubClassOf(obo:MONDO_1 obo:MONDO_0)
SubClassOf(obo:MONDO_1 ObjectSomeValuesFrom(obo:RO_1 obo:MONDO_5))
)
"""
SSSOM = """# curie_map:
#   own: http://purl.obolibrary.org/obo/MONDO_
#   mesh: http://identifiers.org/mesh/
# license: none
subject_id\tsubject_label\tpredicate_id\tobject_id\tmapping_justification
own:1\tgut disease\tskos:exactMatch\tmesh:D000001\tsemapv:ManualMappingCuration
own:1\tgut disease\tskos:broadMatch\tmesh:D000002\tsemapv:ManualMappingCuration
own:1\tgut disease
"""
LEXICON = """curie\tname\tlabel\tsynonyms\tparents\tsource
MONDO:1\tgut disease\tDDF\tenteropathy|bowel trouble\tMONDO:0\tMONDO
MONDO:2\tbad label\tmood\t\t\tMONDO
nonsense\tno identifier\tDDF\t\t\tMONDO
"""
MRCONSO = """C0000001|ENG|P|L1|PF|S1|Y|A1||M1|D1|MSH|MH|D1|Gut disease|0|N|256|
C0000001|ENG|S|L2|PF|S2|Y|A2||M1|D1|MSH|ET|D1|Enteropathy|0|N||
C0000001|FRE|P|L3|PF|S3|Y|A3||M1|D1|MSHFRE|MH|D1|Maladie|0|N||
C0000001|ENG|S|L4|PF|S4|Y|A4||M1|D1|MSH|ET|D1|Hidden|0|O||
broken|line
"""
MRSTY = """C0000001|T047|B2.2.1.2.1|Disease or Syndrome|AT1|256|
C0000002|T109|A1.4.1.2.1|Organic Chemical|AT2||
C0000002|T047|B2.2.1.2.1|Disease or Syndrome|AT3||
C0000003|T999|X|Nothing known|AT4||
"""
