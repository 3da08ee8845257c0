-- Tells where partitions stand; one that nobody has settled yet begins at 0.
-- $1 registry, $2 partitions, $3 name
INSERT INTO acr.positions (registry, partition, next_offset, announced_offset, consumer)
SELECT $1, partition, 0, 0, $3 FROM unnest($2::integer[]) AS partition
ON CONFLICT (registry, partition) DO UPDATE SET consumer = excluded.consumer
RETURNING partition, next_offset, announced_offset
