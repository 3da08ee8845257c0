-- Runs that never ended have failed: whoever holds the registry's lock runs alone. $1 registry
UPDATE acr.rebuilds SET state = 'failed' WHERE registry = $1 AND state = 'running'
