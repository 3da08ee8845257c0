-- $1 submission id. A redelivery of the producer could append one submission twice: the first counts.
SELECT arrival.*, first.submission_id AS first_submission_id, first.verdict AS first_verdict,
       version.digest AS first_digest
FROM acr.arrivals AS arrival
LEFT JOIN acr.arrivals AS first
  ON first.registry = arrival.registry
 AND first.partition = arrival.partition
 AND first.log_offset = arrival.first_offset
LEFT JOIN acr.versions AS version
  ON version.registry = arrival.registry
 AND version.partner_id = arrival.partner_id
 AND version.header_id = arrival.header_id
 AND version.version_no = arrival.version_no
WHERE arrival.submission_id = $1
ORDER BY arrival.registry, arrival.partition, arrival.log_offset
LIMIT 1
