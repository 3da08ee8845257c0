-- A checksum of rows that no order changes, in buckets of their keys. What is in braces is put in.
SELECT (hash_record_extended(ROW({key}), 0) & 1023)::integer AS bucket,
       count(*) AS rows,
       sum(hash_record_extended(ROW({columns}), 1)) AS sum
FROM {source}
GROUP BY 1
