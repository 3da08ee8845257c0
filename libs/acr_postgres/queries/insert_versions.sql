-- $1 registry, then one array a column
INSERT INTO acr.versions (registry, partner_id, header_id, version_no, partition, log_offset,
                          submission_id, verdict, digest, received_at, content_type, body)
SELECT $1, brought.*
FROM unnest($2::text[], $3::uuid[], $4::bigint[], $5::integer[], $6::bigint[], $7::uuid[],
            $8::text[], $9::bytea[], $10::timestamptz[], $11::text[], $12::bytea[]) AS brought
