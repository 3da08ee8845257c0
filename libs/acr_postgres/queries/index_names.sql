-- Indexes of a table whose counterparts on another table have another name. $1 table, $2 the other
SELECT held.indexrelid::regclass::text AS name, wanted.relname AS wanted
FROM pg_index AS held
JOIN pg_class AS own ON own.oid = held.indexrelid
JOIN pg_index AS other
  ON other.indrelid = $2::text::regclass
 AND (other.indkey::text, other.indisunique, other.indoption::text)
   = (held.indkey::text, held.indisunique, held.indoption::text)
JOIN pg_class AS wanted ON wanted.oid = other.indexrelid AND wanted.relname <> own.relname
WHERE held.indrelid = $1::text::regclass
