-- Columns of a table in their order, and whether they belong to its key. $1 table, with its schema
SELECT quote_ident(attribute.attname) AS name,
       COALESCE(attribute.attnum = ANY (key.conkey), false) AS is_key
FROM pg_attribute AS attribute
LEFT JOIN pg_constraint AS key ON key.conrelid = attribute.attrelid AND key.contype = 'p'
WHERE attribute.attrelid = $1::text::regclass
  AND attribute.attnum > 0
  AND NOT attribute.attisdropped
ORDER BY attribute.attnum
