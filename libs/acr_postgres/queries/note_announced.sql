-- $1 registry, $2 partitions, $3 announced offsets
UPDATE acr.positions AS held
SET announced_offset = noted.announced_offset
FROM unnest($2::integer[], $3::bigint[]) AS noted (partition, announced_offset)
WHERE held.registry = $1
  AND held.partition = noted.partition
  AND held.announced_offset < noted.announced_offset
  AND held.next_offset >= noted.announced_offset
