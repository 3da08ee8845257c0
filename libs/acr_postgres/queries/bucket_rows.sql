-- Each row of some buckets by a digest of its key, with its checksum and the log position or
-- submission by which it may be told. $1 buckets; what is in braces is put in.
SELECT md5(ROW({key})::text) AS key,
       hash_record_extended(ROW({columns}), 1) AS sum,
       {place} AS place
FROM {source}
WHERE (hash_record_extended(ROW({key}), 0) & 1023)::integer = ANY ($1::integer[])
ORDER BY md5(ROW({key})::text) COLLATE "C"
