-- Forgets partitions that tables made anew do not have. $1 registry; the schema is put in.
DELETE FROM acr.positions AS held
WHERE held.registry = $1
  AND NOT EXISTS (
      SELECT FROM {schema}.positions AS rebuilt
      WHERE rebuilt.registry = $1 AND rebuilt.partition = held.partition
  )
