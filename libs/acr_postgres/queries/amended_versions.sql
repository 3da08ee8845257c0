-- The current versions of which rules said something else later, with what they said last.
-- $1 registry
SELECT version.partner_id, version.header_id, version.version_no, version.submission_id,
       version.digest, version.received_at, version.content_type, version.body, standing.findings
FROM acr.records AS record
JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = record.partner_id
 AND version.header_id = record.header_id
 AND version.version_no = record.current_version_no
JOIN acr.standings AS standing
  ON standing.registry = $1
 AND standing.partition = version.partition
 AND standing.log_offset = version.log_offset
WHERE record.registry = $1
  AND standing.amended IS NOT NULL
