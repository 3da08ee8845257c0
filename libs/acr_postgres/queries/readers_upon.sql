-- Relations of some kinds in other schemas, views for example, that read a schema's relations of some kinds.
-- $1 schema, $2 kinds of what is read, as in pg_class.relkind, NULL for all, $3 kinds of what reads
SELECT DISTINCT format('%I.%I', place.nspname, reading.relname) AS name
FROM pg_depend AS link
JOIN pg_rewrite AS rule ON rule.oid = link.objid
JOIN pg_class AS reading ON reading.oid = rule.ev_class AND reading.relkind::text = ANY ($3::text[])
JOIN pg_namespace AS place ON place.oid = reading.relnamespace
JOIN pg_class AS held ON held.oid = link.refobjid
JOIN pg_namespace AS held_place ON held_place.oid = held.relnamespace
WHERE link.classid = 'pg_rewrite'::regclass
  AND link.refclassid = 'pg_class'::regclass
  AND held_place.nspname = $1
  AND ($2::text[] IS NULL OR held.relkind::text = ANY ($2::text[]))
  AND place.nspname <> $1
ORDER BY 1
