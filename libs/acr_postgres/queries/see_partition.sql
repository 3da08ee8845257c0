-- Where a partition stands. $1 registry, $2 partition
SELECT next_offset, amendments, now() AS at
FROM acr.positions
WHERE registry = $1 AND partition = $2
