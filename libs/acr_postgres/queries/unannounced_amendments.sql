-- The first amendments of a partition that are perhaps not announced, in their order.
-- $1 registry, $2 partition, $3 how many at most
SELECT amendment.*, NULL::integer AS reply_partition, NULL::text AS traceparent,
       version.submission_id AS first_submission_id, version.verdict AS first_verdict,
       version.digest AS first_digest
FROM acr.positions AS held
JOIN acr.amendments AS amendment
  ON amendment.registry = $1
 AND amendment.partition = $2
 AND amendment.amendment_no > held.amendments_announced
LEFT JOIN acr.versions AS version
  ON version.registry = $1
 AND version.partner_id = amendment.partner_id
 AND version.header_id = amendment.header_id
 AND version.version_no = amendment.version_no
 AND amendment.first_offset IS NOT NULL
WHERE held.registry = $1 AND held.partition = $2
ORDER BY amendment.amendment_no
LIMIT $3
