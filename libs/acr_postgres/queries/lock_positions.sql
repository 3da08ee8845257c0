-- Holds a registry still: nothing of it is settled or amended until the transaction ends.
-- $1 registry
SELECT partition, next_offset, amendments, amendments_announced
FROM acr.positions
WHERE registry = $1
ORDER BY partition
FOR UPDATE
