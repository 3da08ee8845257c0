-- Notes that tables of a name are gone. $1 registry, $2 name
UPDATE acr.rebuilds SET state = 'dropped' WHERE registry = $1 AND name = $2 AND state = 'kept'
