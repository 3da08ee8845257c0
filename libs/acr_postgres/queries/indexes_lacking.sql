-- Indexes of partitioned tables that a partition has not: the index, the partition, and what to build.
-- $1 schema
SELECT format('%I.%I', $1::text, parent_index.relname) AS parent,
       format('%I.%I', $1::text, part.relname) AS partition,
       regexp_replace(pg_get_indexdef(parent_index.oid), '^.* USING ', 'USING ') AS definition
FROM pg_index AS whole
JOIN pg_class AS parent_index ON parent_index.oid = whole.indexrelid AND parent_index.relkind = 'I'
JOIN pg_inherits AS belongs ON belongs.inhparent = whole.indrelid
JOIN pg_class AS part ON part.oid = belongs.inhrelid
WHERE parent_index.relnamespace = to_regnamespace($1::text)
  AND NOT EXISTS (
      SELECT FROM pg_inherits AS attached
      JOIN pg_index AS child ON child.indexrelid = attached.inhrelid
      WHERE attached.inhparent = whole.indexrelid AND child.indrelid = part.oid
  )
ORDER BY parent, partition
