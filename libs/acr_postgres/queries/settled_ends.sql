-- Up to where each partition is settled. $1 registry
SELECT partition, next_offset FROM acr.positions WHERE registry = $1 ORDER BY partition
