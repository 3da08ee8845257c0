-- Partitions with amendments that are perhaps not announced. $1 registry
SELECT partition FROM acr.positions
WHERE registry = $1 AND amendments_announced < amendments
ORDER BY partition
