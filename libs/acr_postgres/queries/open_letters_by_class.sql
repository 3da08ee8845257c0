-- How many dead letters of a registry are open, by class. $1 registry
SELECT error_class, count(*) AS count
FROM acr.letters
WHERE registry = $1 AND state = 'open'
GROUP BY error_class
