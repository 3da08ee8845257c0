-- $1 registry, $2 look
UPDATE acr.projections SET look = $2 WHERE registry = $1
