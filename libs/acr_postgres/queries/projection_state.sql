-- $1 registry
SELECT shape, look FROM acr.projections WHERE registry = $1
