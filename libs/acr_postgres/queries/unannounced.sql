-- What is settled, but perhaps never announced: as it was settled, whatever was amended since.
-- $1 registry, $2 partitions
SELECT arrival.*, version.submission_id AS first_submission_id, version.verdict AS first_verdict,
       version.digest AS first_digest
FROM acr.positions AS held
JOIN acr.arrivals AS arrival
  ON arrival.registry = $1
 AND arrival.partition = held.partition
 AND arrival.log_offset >= held.announced_offset
 AND arrival.log_offset < held.next_offset
LEFT JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = arrival.partner_id
 AND version.header_id = arrival.header_id
 AND version.version_no = arrival.version_no
WHERE held.registry = $1 AND held.partition = ANY ($2::integer[])
ORDER BY arrival.partition, arrival.log_offset
