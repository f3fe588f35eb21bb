"""The SQL with which DuckDB makes a graph's tables from the parts."""

# The latest record of each article: the highest version, and of equal ones the one read last.
LIVE = """
CREATE TABLE live AS
SELECT ordinal, pmid, version, unit FROM (
    SELECT part.ordinal, part.unit, d.pmid, d.version,
           row_number() OVER (PARTITION BY d.pmid ORDER BY d.version DESC, part.ordinal DESC) AS place
    FROM read_parquet($documents, filename = true) AS d JOIN part ON part.documents = d.filename
    WHERE NOT EXISTS (FROM deleted WHERE deleted.pmid = d.pmid AND deleted.unit >= part.unit)
) WHERE place = 1
"""

ARTICLE_ROWS = """
SELECT d.* EXCLUDE (filename), d.pmid AS work, a.study, a.design, a.participants, a.facets, live.unit
FROM read_parquet($documents, filename = true) AS d
JOIN part ON part.documents = d.filename
JOIN live ON live.ordinal = part.ordinal AND live.pmid = d.pmid AND live.version = d.version
JOIN read_parquet($annotations, filename = true) AS a
  ON a.filename = part.annotations AND a.pmid = d.pmid AND a.version = d.version
ORDER BY d.pmid, d.version
"""

OF_LIVE = """
SELECT {columns}
FROM read_parquet($files, filename = true) AS r
JOIN part ON part.{stage} = r.filename
JOIN live ON live.ordinal = part.ordinal AND live.pmid = r.pmid AND live.version = r.version
WHERE {which} ORDER BY {order}
"""
COLUMNS = {
    "mentions": "r.* EXCLUDE (filename)",
    "evidence": "r.* EXCLUDE (filename), CASE WHEN r.retracted THEN 'retracted' ELSE 'sound' END AS standing,"
    " r.pmid AS work",
}
FAILURES = OF_LIVE.format(
    columns="'', 'PMID ' || r.pmid, r.error, ''", stage="annotations", which="r.error <> ''", order="r.pmid"
)
MENTION_ORDER = "r.pmid, r.version, r.section DESC, r.start, r.end, r.label"
# Grouped by statement, so that one statement's evidence stands together on disk.
EVIDENCE_ORDER = "r.statement NULLS LAST, r.pmid, r.id"

# Sums of integers, since sums of floats depend on the order in which threads add them.
STATEMENT_ROWS = """
WITH weighed AS (
    SELECT e.*, least(e.score, $most) * CASE WHEN e.speculative THEN $speculative ELSE 1 END AS weight,
           e.finding AND NOT e.negated AND NOT e.retracted AS supports,
           e.finding AND e.negated AND NOT e.retracted AS refutes,
           s.predicate IS NOT NULL AND e.object_uri < e.subject_uri AS swapped
    FROM read_parquet($evidence) AS e
    LEFT JOIN swappable AS s ON s.subject = e.subject_label AND s.predicate = e.predicate
         AND s.object = e.object_label
    WHERE e.statement IS NOT NULL
), turned AS (
    SELECT *, CASE WHEN swapped THEN object_uri ELSE subject_uri END AS s_uri,
           CASE WHEN swapped THEN object_label ELSE subject_label END AS s_label,
           CASE WHEN swapped THEN subject_uri ELSE object_uri END AS o_uri,
           CASE WHEN swapped THEN subject_label ELSE object_label END AS o_label
    FROM weighed
), by_article AS (
    SELECT statement, work,
           coalesce(max(weight) FILTER (supports), 0) AS support,
           coalesce(max(weight) FILTER (refutes), 0) AS refutation
    FROM turned GROUP BY statement, work
), odds AS (
    SELECT statement,
           1 - exp(-sum(CAST(round(-ln(1 - support) * 1e9) AS BIGINT)) / 1e9) AS s,
           1 - exp(-sum(CAST(round(-ln(1 - refutation) * 1e9) AS BIGINT)) / 1e9) AS r
    FROM by_article GROUP BY statement
), labels AS (
    SELECT statement, s_label, o_label FROM (
        SELECT statement, s_label, o_label,
               row_number() OVER (PARTITION BY statement ORDER BY count(*) DESC, s_label, o_label) AS place
        FROM turned GROUP BY statement, s_label, o_label
    ) WHERE place = 1
), counted AS (
    SELECT statement, min(s_uri) AS subject, min(o_uri) AS object, min(predicate) AS predicate,
           count(*) FILTER (supports) AS supporting,
           count(*) FILTER (refutes) AS refuting,
           count(*) FILTER (supports AND speculative) AS speculative,
           count(DISTINCT pmid) FILTER (supports OR refutes) AS articles,
           count(*) FILTER (supports AND direction = 'increase') AS increase,
           count(*) FILTER (supports AND direction = 'decrease') AS decrease,
           count(DISTINCT work) FILTER (supports OR refutes) AS works,
           count(*) FILTER (NOT finding AND NOT retracted) AS asked,
           count(*) FILTER (supports AND claim = 'association' AND direction = 'increase') AS more,
           count(*) FILTER (supports AND claim = 'association' AND direction = 'decrease') AS less,
           count(*) FILTER (supports AND claim = 'effect' AND direction = 'increase') AS raises,
           count(*) FILTER (supports AND claim = 'effect' AND direction = 'decrease') AS lowers,
           count(*) FILTER (supports AND claim = 'outcome' AND direction = 'increase') AS worsens,
           count(*) FILTER (supports AND claim = 'outcome' AND direction = 'decrease') AS improves,
           count(*) FILTER (supports AND study = 'human') AS human,
           min(year) FILTER (supports OR refutes) AS first_year,
           max(year) FILTER (supports OR refutes) AS last_year
    FROM turned GROUP BY statement
)
SELECT c.statement AS id, c.subject, l.s_label AS subject_label, c.predicate, c.object,
       l.o_label AS object_label, round(o.s * (1 - o.r) / (1 - o.s * o.r), 6) AS belief,
       c.supporting, c.refuting, c.speculative, c.articles, c.increase, c.decrease,
       c.works, c.asked, c.more, c.less, c.raises, c.lowers, c.worsens, c.improves,
       (c.supporting > 0 AND c.refuting > 0) OR (c.more > 0 AND c.less > 0)
           OR (c.raises > 0 AND c.lowers > 0) OR (c.worsens > 0 AND c.improves > 0)
           OR (c.increase > c.more + c.raises + c.worsens AND c.decrease > c.less + c.lowers + c.improves) AS conflict,
       c.human, c.first_year, c.last_year,
       c.supporting > 0 AND round(o.s * (1 - o.r) / (1 - o.s * o.r), 6) >= $threshold AS direct
FROM counted AS c JOIN odds AS o USING (statement) JOIN labels AS l USING (statement)
ORDER BY id
"""

USAGE = """
WITH used AS (SELECT canonical AS uri, label, text, pmid FROM read_parquet($mentions)
              WHERE canonical IS NOT NULL),
totals AS (SELECT uri, count(*) AS mentions, count(DISTINCT pmid) AS articles FROM used GROUP BY uri),
labels AS (SELECT uri, label, row_number() OVER (PARTITION BY uri ORDER BY count(*) DESC, label) AS place
           FROM used GROUP BY uri, label),
wordings AS (SELECT uri, list({'text': text, 'mentions': times} ORDER BY times DESC, text) AS wordings
             FROM (SELECT uri, text, count(*) AS times FROM used GROUP BY uri, text) GROUP BY uri),
ends AS (SELECT uri, count(*) AS statements
         FROM (SELECT unnest([subject, object]) AS uri FROM read_parquet($statements)) GROUP BY uri)
SELECT uri, label, wordings, mentions, articles, coalesce(statements, 0) AS statements
FROM totals JOIN labels USING (uri) JOIN wordings USING (uri) LEFT JOIN ends USING (uri)
WHERE labels.place = 1
"""

COUNTS = """
SELECT * FROM
(SELECT count(*) AS stored, count(*) FILTER (retracted) AS retracted FROM read_parquet($articles)),
(SELECT count(*) AS mentions, count(uri) AS linked,
        count(DISTINCT canonical) FILTER (uri IS NOT NULL) AS linked_concepts,
        count(DISTINCT canonical) FILTER (uri IS NULL) AS names
 FROM read_parquet($mentions)),
(SELECT coalesce(map_from_entries(list((link_source, n) ORDER BY link_source)), MAP {}) AS linked_by
 FROM (SELECT link_source, count(*) AS n FROM read_parquet($mentions) WHERE uri IS NOT NULL GROUP BY link_source)),
(SELECT count(*) AS relations, count(statement) AS evidence,
        count(*) FILTER (subject_uri IS NULL OR object_uri IS NULL) AS unlinked,
        count(*) FILTER (subject_uri = object_uri) AS of_itself,
        count(*) FILTER (negated) AS negated, count(*) FILTER (speculative) AS speculative
 FROM read_parquet($evidence)),
(SELECT count(*) AS statements, count(*) FILTER (direct) AS direct, count(*) FILTER (conflict) AS conflicts
 FROM read_parquet($statements)),
(SELECT count(*) AS concepts FROM read_parquet($concepts))
"""
