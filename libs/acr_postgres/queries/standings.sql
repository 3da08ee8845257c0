-- What arrivals count as today. $1 registry, $2 partition, $3 offsets
SELECT log_offset, verdict, findings, reason, amended
FROM acr.standings
WHERE registry = $1 AND partition = $2 AND log_offset = ANY ($3::bigint[])
