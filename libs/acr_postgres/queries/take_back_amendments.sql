-- The topic of amendments was restored and ends at this number: what follows is announced again.
-- $1 registry, $2 partition, $3 number of the last amendment that the topic holds
UPDATE acr.positions
SET amendments_announced = LEAST(amendments_announced, $3)
WHERE registry = $1 AND partition = $2
