-- A checksum of rows that no order changes, in buckets of their keys. What is in braces is put in.
SELECT (hashtextextended(ROW({key})::text, 0) & 1023)::integer AS bucket,
       count(*) AS rows,
       sum(hashtextextended(ROW({columns})::text, 1)) AS sum
FROM {source}
GROUP BY 1
