-- How far each partition is settled and amended. $1 registry
SELECT partition, next_offset, amendments, amendments_announced
FROM acr.positions
WHERE registry = $1
ORDER BY partition
