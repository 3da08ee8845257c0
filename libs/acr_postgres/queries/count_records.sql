-- $1 registry
SELECT count(*) FROM acr.records WHERE registry = $1
