-- Notes that the log's end was seen settled at a time, unless somebody else has moved on.
-- $1 registry, $2 partitions, $3 next offsets, $4 time
UPDATE acr.positions AS held
SET caught_up_at = GREATEST(held.caught_up_at, $4), announced_offset = noted.next_offset
FROM unnest($2::integer[], $3::bigint[]) AS noted (partition, next_offset)
WHERE held.registry = $1
  AND held.partition = noted.partition
  AND held.next_offset = noted.next_offset
