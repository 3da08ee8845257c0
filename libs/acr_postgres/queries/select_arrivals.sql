-- Offsets of the arrivals of a stretch that are asked for; NULL asks for nothing.
-- $1 registry, $2 partition, $3 first offset, $4 end, $5 partner id, $6 header id, $7 rule id
SELECT log_offset
FROM acr.standings
WHERE registry = $1
  AND partition = $2
  AND log_offset >= $3
  AND log_offset < $4
  AND ($5::text IS NULL OR partner_id = $5)
  AND ($6::uuid IS NULL OR header_id = $6)
  AND ($7::text IS NULL OR findings @> jsonb_build_array(jsonb_build_object('rule', $7::text)))
ORDER BY log_offset
