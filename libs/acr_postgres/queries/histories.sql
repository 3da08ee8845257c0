-- What the record holds of the keys of a batch, and of the very versions that the batch brings.
-- $1 registry, $2 partner ids, $3 header ids, $4 version numbers
-- Key by key: OFFSET 0 keeps the looks apart from the join. To the planner a thousand looks seem dearer
-- than to read all the keys of a middling table (40,000 in our measurement); each batch would do so.
SELECT asked.partner_id, asked.header_id, record.current_version_no,
       version.version_no, version.partition, version.log_offset,
       version.submission_id, version.digest, version.verdict
FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS asked (partner_id, header_id, version_no)
CROSS JOIN LATERAL (
    SELECT each.current_version_no
    FROM acr.records AS each
    WHERE each.registry = $1
      AND each.partner_id = asked.partner_id
      AND each.header_id = asked.header_id
    OFFSET 0
) AS record
LEFT JOIN LATERAL (
    SELECT each.version_no, each.partition, each.log_offset,
           each.submission_id, each.digest, each.verdict
    FROM acr.versions AS each
    WHERE each.registry = $1
      AND each.partner_id = asked.partner_id
      AND each.header_id = asked.header_id
      AND each.version_no = asked.version_no
    OFFSET 0
) AS version ON true
