-- $1 registry, $2 partition, $3 offset
SELECT * FROM acr.dead_letters WHERE registry = $1 AND partition = $2 AND log_offset = $3
