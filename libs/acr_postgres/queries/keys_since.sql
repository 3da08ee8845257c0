-- Records that arrivals and amendments from some positions on are about.
-- $1 registry, $2 partitions, $3 offsets
SELECT arrival.partner_id, arrival.header_id
FROM unnest($2::integer[], $3::bigint[]) AS since (partition, log_offset)
JOIN acr.arrivals AS arrival
  ON arrival.registry = $1
 AND arrival.partition = since.partition
 AND arrival.log_offset >= since.log_offset
WHERE arrival.partner_id IS NOT NULL
UNION
SELECT amendment.partner_id, amendment.header_id
FROM unnest($2::integer[], $3::bigint[]) AS since (partition, log_offset)
JOIN acr.amendments AS amendment
  ON amendment.registry = $1
 AND amendment.partition = since.partition
 AND amendment.settled_to >= since.log_offset
WHERE amendment.partner_id IS NOT NULL
