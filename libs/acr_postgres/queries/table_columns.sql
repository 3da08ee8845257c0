-- Columns of a table in their order, whether they belong to its key, and whether their equal values
-- are the same to the last byte: numeric 1.0 and 1.00 are equal and are not.
-- $1 table, with its schema
SELECT quote_ident(attribute.attname) AS name,
       attribute.atttypid = ANY ('{boolean,smallint,integer,bigint,text,bytea,uuid,date,timestamptz}'::regtype[])
           AS is_exact,
       COALESCE(attribute.attnum = ANY (key.conkey), false) AS is_key
FROM pg_attribute AS attribute
LEFT JOIN pg_constraint AS key ON key.conrelid = attribute.attrelid AND key.contype = 'p'
WHERE attribute.attrelid = $1::text::regclass
  AND attribute.attnum > 0
  AND NOT attribute.attisdropped
ORDER BY attribute.attnum
