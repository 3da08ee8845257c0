-- $1 submission ids. A redelivery of the producer could append one submission twice: the first counts.
SELECT DISTINCT ON (standing.submission_id) standing.*,
       version.submission_id AS first_submission_id, version.verdict AS first_verdict,
       version.digest AS first_digest
FROM acr.standings AS standing
LEFT JOIN acr.versions AS version
  ON version.registry = standing.registry
 AND version.partner_id = standing.partner_id
 AND version.header_id = standing.header_id
 AND version.version_no = standing.version_no
WHERE standing.submission_id = ANY ($1::uuid[])
ORDER BY standing.submission_id, standing.registry, standing.partition, standing.log_offset
