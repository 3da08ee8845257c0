-- Moves a partition's last amendment on, if it is where the caller believes.
-- $1 registry, $2 partition, $3 expected, $4 new
UPDATE acr.positions
SET amendments = $4
WHERE registry = $1 AND partition = $2 AND amendments = $3
RETURNING amendments
