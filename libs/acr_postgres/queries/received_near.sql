-- When the arrivals at these offsets, or the next ones behind them, were received; NULL past the end.
-- $1 registry, $2 partitions, $3 offsets
SELECT asked.partition, (
    SELECT arrival.received_at
    FROM acr.arrivals AS arrival
    WHERE arrival.registry = $1
      AND arrival.partition = asked.partition
      AND arrival.log_offset >= asked.log_offset
    ORDER BY arrival.log_offset
    LIMIT 1
) AS received_at
FROM unnest($2::integer[], $3::bigint[]) AS asked (partition, log_offset)
