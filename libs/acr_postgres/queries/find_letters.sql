-- One page of dead letters, without their bytes. $1 to $11 restrict where they are not NULL: registries,
-- states, classes, beginning of the key, key, failed since, failed before, partition, first offset,
-- last offset, offsets. $12, $13, $14 registry, partition and offset behind which to go on, $15 count
SELECT letter.registry, letter.partition, letter.log_offset, letter.state, letter.error_class,
       letter.reason, letter.key, letter.value_bytes, letter.appended_at, letter.failed_at,
       letter.submission_id, letter.amended_at
FROM acr.letters AS letter
WHERE
  ($1::text[] IS NULL OR letter.registry = ANY ($1))
  AND ($2::text[] IS NULL OR letter.state = ANY ($2))
  AND ($3::text[] IS NULL OR letter.error_class = ANY ($3))
  AND ($4::bytea IS NULL OR position($4 IN letter.key) = 1)
  AND ($5::bytea IS NULL OR letter.key = $5)
  AND ($6::timestamptz IS NULL OR letter.failed_at >= $6)
  AND ($7::timestamptz IS NULL OR letter.failed_at < $7)
  AND ($8::integer IS NULL OR letter.partition = $8)
  AND ($9::bigint IS NULL OR letter.log_offset >= $9)
  AND ($10::bigint IS NULL OR letter.log_offset <= $10)
  AND ($11::bigint[] IS NULL OR letter.log_offset = ANY ($11))
  AND (letter.registry, letter.partition, letter.log_offset) > ($12, $13, $14)
ORDER BY letter.registry, letter.partition, letter.log_offset
LIMIT $15
