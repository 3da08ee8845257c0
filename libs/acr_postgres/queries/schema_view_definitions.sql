-- Views of a schema in the order in which they were made: what reads another comes after it.
-- $1 schema
SELECT held.relname AS viewname, pg_get_viewdef(held.oid) AS definition
FROM pg_class AS held
JOIN pg_namespace AS place ON place.oid = held.relnamespace
WHERE place.nspname = $1 AND held.relkind = 'v'
ORDER BY held.oid
