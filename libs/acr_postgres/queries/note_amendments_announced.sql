-- $1 registry, $2 partition, $3 number up to which amendments are acknowledged
UPDATE acr.positions
SET amendments_announced = $3
WHERE registry = $1 AND partition = $2 AND amendments_announced < $3 AND amendments >= $3
