-- Indexes and constraints of some tables of a schema that the same tables of another lack, or have
-- in a state that is not valid. $1 schema, $2 the other, $3 tables
WITH rules AS (
    SELECT place.nspname, held.relname::text AS held_by,
           replace(rule.definition, place.nspname || '.', '') AS definition
    FROM pg_class AS held
    JOIN pg_namespace AS place ON place.oid = held.relnamespace
    JOIN LATERAL (
        SELECT pg_get_indexdef(indexrelid) AS definition
        FROM pg_index
        WHERE indrelid = held.oid AND indisvalid
        UNION ALL
        SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = held.oid AND convalidated
    ) AS rule ON true
    WHERE place.nspname IN ($1, $2) AND held.relname = ANY ($3::text[])
)
SELECT held_by, definition FROM rules WHERE nspname = $1
EXCEPT
SELECT held_by, definition FROM rules WHERE nspname = $2
ORDER BY 1, 2
