-- The last run that made tables under a name, if it never ended. $1 registry, $2 name
SELECT rebuild_id, kind, until, code_version
FROM acr.rebuilds
WHERE registry = $1 AND name = $2
ORDER BY started_at DESC
LIMIT 1
