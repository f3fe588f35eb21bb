"""The tables of the term index's SQLite file."""

from __future__ import annotations

FORMAT = "2"
APPLICATION_ID = 0x6B676274  # "kgbt"
SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- One row for each canonical URI: those of the concepts, of their equivalents and of their ancestors.
CREATE TABLE node (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, curie TEXT NOT NULL, rank TEXT NOT NULL);
-- Every standard URI whose canonical one is another; `alias` where its vocabulary merged it into another of its own.
CREATE TABLE member (uri TEXT PRIMARY KEY, node INTEGER NOT NULL, alias INTEGER NOT NULL) WITHOUT ROWID;
-- One row for each URI as its source spells it; `source` numbers the inputs in the order given.
CREATE TABLE concept (id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, node INTEGER NOT NULL,
                      name TEXT NOT NULL, label TEXT NOT NULL, source INTEGER NOT NULL, prefix TEXT NOT NULL);
CREATE TABLE term (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
-- scope: 0 preferred name, 1 exact synonym, 2 looser synonym, 3 seen in annotated text alone.
CREATE TABLE name (term INTEGER NOT NULL, concept INTEGER NOT NULL, name TEXT NOT NULL, label TEXT NOT NULL,
                   scope INTEGER NOT NULL, count INTEGER NOT NULL, source INTEGER NOT NULL);
CREATE TABLE parent (child INTEGER NOT NULL, parent INTEGER NOT NULL,
                     PRIMARY KEY (child, parent)) WITHOUT ROWID;
-- How often annotated text uses a vocabulary for a label.
CREATE TABLE usage (label TEXT NOT NULL, prefix TEXT NOT NULL, count INTEGER NOT NULL,
                    PRIMARY KEY (label, prefix)) WITHOUT ROWID;
CREATE TABLE gram (gram TEXT PRIMARY KEY, terms INTEGER NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE grams USING fts5(key, content='', columnsize=0, detail=none,
                                      tokenize='trigram case_sensitive 1');
"""
INDICES = """
CREATE INDEX name_by_term ON name (term);
CREATE INDEX name_by_concept ON name (concept);
CREATE INDEX concept_by_node ON concept (node);
CREATE INDEX member_by_node ON member (node);
CREATE INDEX parent_by_parent ON parent (parent);
"""
