-- $1 registry, then one array a column
INSERT INTO acr.arrivals (registry, partition, log_offset, submission_id, verdict, partner_id,
                          header_id, version_no, current_version_no, first_offset, findings,
                          reason, reply_partition, traceparent, received_at)
SELECT $1, settled.*
FROM unnest($2::integer[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[],
            $8::bigint[], $9::bigint[], $10::bigint[], $11::jsonb[], $12::text[], $13::integer[],
            $14::text[], $15::timestamptz[]) AS settled
