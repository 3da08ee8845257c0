-- The last arrivals that each partition has settled. $1 registry, $2 partitions, $3 how many of each at most
SELECT arrival.partition, arrival.log_offset, arrival.submission_id
FROM acr.positions AS held
CROSS JOIN LATERAL (
    SELECT each.partition, each.log_offset, each.submission_id
    FROM acr.arrivals AS each
    WHERE each.registry = $1
      AND each.partition = held.partition
      AND each.log_offset < held.next_offset
    ORDER BY each.log_offset DESC
    LIMIT $3
) AS arrival
WHERE held.registry = $1 AND held.partition = ANY ($2::integer[])
