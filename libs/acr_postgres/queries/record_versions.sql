-- $1 registry, $2 partner id, $3 header id
SELECT version.version_no, version.verdict, version.submission_id, version.partition,
       version.log_offset, version.received_at, standing.settled_at, standing.findings,
       standing.amended, octet_length(version.body) AS body_bytes,
       version.version_no = record.current_version_no AS is_current
FROM acr.records AS record
JOIN acr.versions AS version USING (registry, partner_id, header_id)
LEFT JOIN acr.standings AS standing
  ON standing.registry = version.registry
 AND standing.partition = version.partition
 AND standing.log_offset = version.log_offset
WHERE record.registry = $1 AND record.partner_id = $2 AND record.header_id = $3
ORDER BY version.version_no
