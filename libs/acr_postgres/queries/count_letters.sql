-- $1 to $11 as in find_letters
SELECT count(*)
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
