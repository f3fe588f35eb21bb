"""The SQL with which DuckDB makes a graph's tables from the parts."""

from kgbuild.tables import SPEAKS

# What is needed of every record that no later deletion names. `level`: 2 where it has what PubMed's have, 1 where it
# has any metadata, 0 where it is a text alone.
RECORDS = """
CREATE TABLE record AS
SELECT part.ordinal, part.unit, d.pmid, d.version, lower(d.doi) AS doi, d.pmcid, d.standing, d.revised,
       d.abstract <> '' AS abstract, d.year, d.month, d.day,
       CASE WHEN d.revised <> '' OR len(d.publication_types) + len(d.mesh) + len(d.notices) > 0 THEN 2
            WHEN d.journal <> '' OR d.year IS NOT NULL OR len(d.authors) > 0 OR d.doi <> '' THEN 1
            ELSE 0 END AS level,
       (len(d.publication_types) > 0)::INT + (len(d.mesh) > 0)::INT + (len(d.notices) > 0)::INT
           + (len(d.authors) > 0)::INT + (len(d.keywords) > 0)::INT + (len(d.language) > 0)::INT
           + (d.journal <> '')::INT + (d.year IS NOT NULL)::INT + (d.doi <> '')::INT + (d.pmcid <> '')::INT AS filled,
       list_contains(list_transform(d.publication_types, x -> lower(x)), 'preprint')
           OR regexp_matches(d.journal, '(?i)^([a-z]*rxiv\\b|research square|res sq|preprints\\b|ssrn)') AS preprint,
       CASE WHEN d.standing = 'notice' THEN d.title ELSE '' END AS notice_title,
       list_filter(d.notices, x -> list_contains($kinds, regexp_replace(lower(x.kind), '[^a-z]', '', 'g'))) AS links
FROM read_parquet($documents, filename = true, hive_partitioning = false) AS d
JOIN part ON part.documents = d.filename
WHERE NOT EXISTS (FROM deleted WHERE deleted.pmid = d.pmid AND deleted.unit >= part.unit)
"""

SHARED = """
SELECT list(DISTINCT pmid ORDER BY pmid) AS pmids FROM (
    SELECT pmid, doi AS shared FROM record WHERE doi <> '' AND standing <> 'notice'
    UNION ALL SELECT pmid, pmcid FROM record WHERE pmcid <> '' AND standing <> 'notice'
) GROUP BY shared HAVING count(DISTINCT pmid) > 1 ORDER BY pmids
"""

# One record of each article: that with the most metadata, of PubMed's the highest version and the last revised, of
# equal ones that which lacks least, and at last the one read last. Where it has no abstract, and a record of the same
# version that is not older has one, `ordinal` is the latter's; `described` is where the metadata stand.
LIVE = """
CREATE TABLE ranked AS
SELECT record.*, coalesce(known, pmid) AS key,
       row_number() OVER (PARTITION BY coalesce(known, pmid) ORDER BY regexp_full_match(pmid, '[0-9]+') DESC,
           level DESC, version DESC, revised DESC, record.abstract DESC, filled DESC, ordinal DESC) AS place
FROM record LEFT JOIN identity USING (pmid);
DROP TABLE record;
CREATE TABLE telling AS
SELECT r.*, b.ordinal AS described, r.pmid = b.pmid AND r.version = b.version AS alike
FROM ranked AS r JOIN ranked AS b ON b.key = r.key AND b.place = 1
WHERE r.place = 1
   OR ((r.version >= b.version OR r.level < b.level) AND (r.revised = '' OR r.revised >= b.revised));
DROP TABLE ranked;
CREATE TABLE live AS
SELECT b.key, t.ordinal, b.pmid, b.version, b.unit, b.described, b.standing, b.pmid AS work, t.abstract, b.preprint,
       b.year, b.month, b.day
FROM telling AS b JOIN (
    SELECT key, ordinal, abstract, row_number() OVER (PARTITION BY key ORDER BY abstract DESC, place) AS place
    FROM telling WHERE alike
) AS t ON t.key = b.key AND t.place = 1
WHERE b.place = 1
"""

TOLD = "SELECT key, standing FROM telling WHERE standing IN ('concern', 'partly retracted', 'retracted')"
LINKS = """
SELECT key, link.kind, link.pmid, link.text, notice_title
FROM (SELECT key, notice_title, unnest(links) AS link FROM telling)
UNION ALL SELECT source, kind, pmid, text, '' FROM aside
WHERE NOT EXISTS (FROM deleted WHERE deleted.pmid = aside.source AND deleted.unit >= aside.unit) ORDER BY ALL
"""
BY_DOI = "SELECT doi, min(key) FROM telling WHERE standing <> 'notice' AND list_contains($dois, doi) GROUP BY doi"
MEMBERS = """
SELECT key, pmid, standing, abstract, preprint, year, month, day
FROM live WHERE list_contains($keys, key) ORDER BY key
"""

ARTICLE_ROWS = """
SELECT d.* EXCLUDE (filename) REPLACE (t.title AS title, t.abstract AS abstract, t.ranges AS ranges,
           live.standing AS standing, live.standing = 'retracted' AS retracted,
           CASE WHEN live.ordinal = live.described THEN d.abstract_from ELSE 'another record' END AS abstract_from),
       live.work, a.study, a.design, a.participants, a.facets, live.unit
FROM read_parquet($documents, filename = true, hive_partitioning = false) AS d
JOIN part ON part.documents = d.filename
JOIN live ON live.described = part.ordinal AND live.pmid = d.pmid AND live.version = d.version
JOIN part AS text_part ON text_part.ordinal = live.ordinal
JOIN read_parquet($documents, filename = true, hive_partitioning = false) AS t
  ON t.filename = text_part.documents AND t.pmid = d.pmid AND t.version = d.version
JOIN read_parquet($annotations, filename = true, hive_partitioning = false) AS a
  ON a.filename = text_part.annotations AND a.pmid = d.pmid AND a.version = d.version
ORDER BY d.pmid, d.version
"""

OF_LIVE = """
SELECT {columns}
FROM read_parquet($files, filename = true, hive_partitioning = false) AS r
JOIN part ON part.{stage} = r.filename
JOIN live ON live.ordinal = part.ordinal AND live.pmid = r.pmid AND live.version = r.version
WHERE {which} ORDER BY {order}
"""
COLUMNS = {
    "mentions": "r.* EXCLUDE (filename)",
    "evidence": "r.* EXCLUDE (filename) REPLACE (live.year AS year, live.standing = 'retracted' AS retracted),"
    " live.standing, live.work",
}
FAILURES = OF_LIVE.format(
    columns="'', 'PMID ' || r.pmid, r.error, ''", stage="annotations", which="r.error <> ''", order="r.pmid"
)
MENTION_ORDER = "r.pmid, r.version, r.section DESC, r.start, r.end, r.label"
# Grouped by statement, so that one statement's evidence stands together on disk.
EVIDENCE_ORDER = "r.statement NULLS LAST, r.pmid, r.id"

# Sums of integers, since sums of floats depend on the order in which threads add them.
STATEMENT_ROWS = f"""
WITH weighed AS (
    SELECT e.* EXCLUDE (weight), least(e.weight, $most) * CASE WHEN e.speculative THEN $speculative ELSE 1 END
               * CASE WHEN standing IN ('concern', 'partly retracted') THEN $doubtful ELSE 1 END AS weight,
           {SPEAKS} AS counts, e.finding AND NOT e.negated AND counts AS supports,
           e.finding AND e.negated AND counts AS refutes,
           s.predicate IS NOT NULL AND e.object_uri < e.subject_uri AS swapped
    FROM read_parquet($evidence, hive_partitioning = false) AS e
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
           count(*) FILTER (NOT finding AND counts) AS asked,
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
           OR (c.increase > c.more + c.raises + c.worsens AND c.decrease > c.less + c.lowers + c.improves)
           AS conflict,
       list_contains($background, c.predicate) AS background, c.human, c.first_year, c.last_year,
       c.supporting > 0 AND round(o.s * (1 - o.r) / (1 - o.s * o.r), 6) >= $threshold AS direct
FROM counted AS c JOIN odds AS o USING (statement) JOIN labels AS l USING (statement)
ORDER BY id
"""  # noqa: S608 - a constant

USAGE = """
WITH used AS (SELECT canonical AS uri, label, text, pmid FROM read_parquet($mentions, hive_partitioning = false)
              WHERE canonical IS NOT NULL),
totals AS (SELECT uri, count(*) AS mentions, count(DISTINCT pmid) AS articles FROM used GROUP BY uri),
labels AS (SELECT uri, label, row_number() OVER (PARTITION BY uri ORDER BY count(*) DESC, label) AS place
           FROM used GROUP BY uri, label),
wordings AS (SELECT uri, list({'text': text, 'mentions': times} ORDER BY times DESC, text) AS wordings
             FROM (SELECT uri, text, count(*) AS times FROM used GROUP BY uri, text) GROUP BY uri),
ends AS (SELECT uri, count(*) AS statements
         FROM (SELECT unnest([subject, object]) AS uri FROM read_parquet($statements, hive_partitioning = false))
         GROUP BY uri)
SELECT uri, label, wordings, mentions, articles, coalesce(statements, 0) AS statements
FROM totals JOIN labels USING (uri) JOIN wordings USING (uri) LEFT JOIN ends USING (uri)
WHERE labels.place = 1
"""

COUNTS = """
SELECT * FROM
(SELECT count(*) AS stored, count(*) FILTER (retracted) AS retracted,
        count(*) FILTER (standing = 'notice') AS notices,
        count(*) FILTER (standing IN ('concern', 'partly retracted')) AS doubtful,
        count(*) FILTER (work <> pmid) AS other_versions,
        count(*) FILTER (abstract = '') AS without_abstract,
        count(*) FILTER (abstract_from <> '') AS other_abstract
 FROM read_parquet($articles, hive_partitioning = false)),
(SELECT count(*) AS mentions, count(uri) AS linked,
        count(DISTINCT canonical) FILTER (uri IS NOT NULL) AS linked_concepts,
        count(DISTINCT canonical) FILTER (uri IS NULL) AS names
 FROM read_parquet($mentions, hive_partitioning = false)),
(SELECT coalesce(map_from_entries(list((link_source, n) ORDER BY link_source)), MAP {}) AS linked_by
 FROM (SELECT link_source, count(*) AS n FROM read_parquet($mentions, hive_partitioning = false)
       WHERE uri IS NOT NULL GROUP BY link_source)),
(SELECT count(*) AS relations, count(statement) AS evidence,
        count(*) FILTER (subject_uri IS NULL OR object_uri IS NULL) AS unlinked,
        count(*) FILTER (subject_uri = object_uri) AS of_itself,
        count(*) FILTER (negated) AS negated, count(*) FILTER (speculative) AS speculative
 FROM read_parquet($evidence, hive_partitioning = false)),
(SELECT count(*) AS statements, count(*) FILTER (direct) AS direct, count(*) FILTER (conflict) AS conflicts
 FROM read_parquet($statements, hive_partitioning = false)),
(SELECT count(*) AS concepts FROM read_parquet($concepts, hive_partitioning = false))
"""
