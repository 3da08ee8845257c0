-- Never moves a current version down, whatever order batches come in.
-- $1 registry, $2 partner ids, $3 header ids, $4 current version numbers
INSERT INTO acr.records (registry, partner_id, header_id, current_version_no)
SELECT $1, brought.*
FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS brought
ON CONFLICT (registry, partner_id, header_id) DO UPDATE
SET current_version_no = excluded.current_version_no
WHERE records.current_version_no < excluded.current_version_no
