-- Moves the current pointers of keys up to versions that were stored; never down.
-- $1 registry, $2 partner ids, $3 header ids, $4 version numbers; each key once.
-- As inserts that meet what is there: an UPDATE would join, and read the whole of a middling table.
INSERT INTO acr.records (registry, partner_id, header_id, current_version_no)
SELECT $1, moved.partner_id, moved.header_id, moved.version_no
FROM unnest($2::text[], $3::uuid[], $4::bigint[]) AS moved (partner_id, header_id, version_no)
ON CONFLICT (registry, partner_id, header_id) DO UPDATE
SET current_version_no = excluded.current_version_no
WHERE records.current_version_no < excluded.current_version_no
