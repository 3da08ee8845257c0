-- What the log held of a partition from an offset on, as far as the database knows it: what became of each
-- arrival, with the content that it brought (or, for a duplicate, the same content of its first arrival)
-- and, of a dead letter, the record as it was.
-- $1 registry, $2 partition, $3 first offset, $4 how many at most
SELECT arrival.*, version.digest, version.content_type, version.body,
       letter.error_class, letter.key, letter.value,
       letter.header_names, letter.header_values, letter.appended_at
FROM acr.arrivals AS arrival
LEFT JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = arrival.partner_id
 AND version.header_id = arrival.header_id
 AND version.version_no = arrival.version_no
 AND ((version.partition = arrival.partition AND version.log_offset = arrival.log_offset)
      OR arrival.verdict = 'duplicate')
LEFT JOIN acr.dead_letters AS letter
  ON letter.registry = $1
 AND letter.partition = arrival.partition
 AND letter.log_offset = arrival.log_offset
WHERE arrival.registry = $1 AND arrival.partition = $2 AND arrival.log_offset >= $3
ORDER BY arrival.log_offset
LIMIT $4
