-- The next results of one partner, with the places of all partitions, in one snapshot. What lies below
-- a partition's next_offset is visible as a whole, for a batch commits together with its position.
-- Rows of a partition come in its order; at most $5 in all, taken from the partitions in turn.
-- $1 registry, $2 partner id, $3 partitions, $4 offsets already given, $5 results at most
WITH places AS MATERIALIZED (
    SELECT held.partition, COALESCE(given.log_offset, 0) AS from_offset, held.next_offset
    FROM acr.positions AS held
    LEFT JOIN unnest($3::integer[], $4::bigint[]) AS given (partition, log_offset)
      ON given.partition = held.partition
    WHERE held.registry = $1
),
found AS MATERIALIZED (
    SELECT places.partition, ahead.log_offset,
           row_number() OVER (PARTITION BY places.partition ORDER BY ahead.log_offset) AS turn
    FROM places
    CROSS JOIN LATERAL (
        SELECT arrival.log_offset
        FROM acr.arrivals AS arrival
        WHERE arrival.registry = $1
          AND arrival.partner_id = $2
          AND arrival.partition = places.partition
          AND arrival.log_offset >= places.from_offset
          AND arrival.log_offset < places.next_offset
        ORDER BY arrival.log_offset
        LIMIT $5
    ) AS ahead
),
chosen AS (
    SELECT * FROM found ORDER BY turn, partition LIMIT $5
)
SELECT places.partition AS place, places.from_offset, places.next_offset,
       (SELECT count(*) FROM found WHERE found.partition = places.partition) AS ahead_count,
       arrival.*, first.submission_id AS first_submission_id, first.verdict AS first_verdict,
       version.digest AS first_digest
FROM places
LEFT JOIN chosen ON chosen.partition = places.partition
LEFT JOIN acr.arrivals AS arrival
  ON arrival.registry = $1
 AND arrival.partition = chosen.partition
 AND arrival.log_offset = chosen.log_offset
LEFT JOIN acr.arrivals AS first
  ON first.registry = $1
 AND first.partition = arrival.partition
 AND first.log_offset = arrival.first_offset
LEFT JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = arrival.partner_id
 AND version.header_id = arrival.header_id
 AND version.version_no = arrival.version_no
ORDER BY chosen.turn, places.partition
