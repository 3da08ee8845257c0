-- Where the partitions stand, and whose arrivals were settled since they were seen last. NULL where
-- that is not told: too many were settled, the partition was not seen before, or it went back.
-- $1 registry, $2 partitions, $3 next offsets seen, $4 arrivals looked at in one partition at most
SELECT held.partition, held.next_offset,
       CASE WHEN held.next_offset - seen.next_offset BETWEEN 0 AND $4::bigint THEN ARRAY(
           SELECT DISTINCT arrival.partner_id
           FROM acr.arrivals AS arrival
           WHERE arrival.registry = $1
             AND arrival.partition = held.partition
             AND arrival.log_offset >= seen.next_offset
             AND arrival.log_offset < held.next_offset
             AND arrival.partner_id IS NOT NULL
       ) END AS partners
FROM acr.positions AS held
LEFT JOIN unnest($2::integer[], $3::bigint[]) AS seen (partition, next_offset)
  ON seen.partition = held.partition
WHERE held.registry = $1
