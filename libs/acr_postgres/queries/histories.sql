-- What the record holds of the keys of a batch, and of the very versions that the batch brings.
-- $1 registry, $2 partner ids, $3 header ids, $4 version numbers
SELECT record.partner_id, record.header_id, record.current_version_no,
       version.version_no, version.partition, version.log_offset,
       version.submission_id, version.digest, version.verdict
FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS asked (partner_id, header_id, version_no)
JOIN acr.records AS record
  ON record.registry = $1
 AND record.partner_id = asked.partner_id
 AND record.header_id = asked.header_id
LEFT JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = asked.partner_id
 AND version.header_id = asked.header_id
 AND version.version_no = asked.version_no
