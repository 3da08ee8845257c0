-- Indexes of a partition with this definition that belong to no index of its parent.
-- $1 schema, $2 partition, $3 definition from USING on
SELECT format('%I.%I', $1::text, built.relname) AS name, part.indisvalid AS is_valid
FROM pg_index AS part
JOIN pg_class AS built ON built.oid = part.indexrelid
WHERE part.indrelid = to_regclass($2::text)
  AND regexp_replace(pg_get_indexdef(part.indexrelid), '^.* USING ', 'USING ') = $3::text
  AND NOT EXISTS (SELECT FROM pg_inherits AS attached WHERE attached.inhrelid = part.indexrelid)
ORDER BY part.indisvalid DESC
