-- Holds a partition still: nothing of it is settled or amended until the transaction ends.
-- $1 registry, $2 partition
SELECT next_offset, amendments, amendments_announced, now() AS at
FROM acr.positions
WHERE registry = $1 AND partition = $2
FOR UPDATE
