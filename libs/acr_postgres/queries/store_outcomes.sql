-- Stores what became of arrivals, and, of those that brought a version, the version and the current
-- pointer of its key, which never moves down. $1 registry, then one array a column.
WITH settled AS (
    SELECT *
    FROM unnest($2::integer[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::uuid[],
                $8::bigint[], $9::bigint[], $10::bigint[], $11::jsonb[], $12::text[],
                $13::integer[], $14::text[], $15::timestamptz[], $16::bytea[], $17::text[],
                $18::bytea[])
        AS arrival (partition, log_offset, submission_id, verdict, partner_id, header_id,
                    version_no, current_version_no, first_offset, findings, reason,
                    reply_partition, traceparent, received_at, digest, content_type, body)
),
brought AS (
    SELECT * FROM settled WHERE verdict IN ('created', 'updated', 'superseded')
),
stored AS (
    INSERT INTO acr.versions (registry, partner_id, header_id, version_no, partition, log_offset,
                              submission_id, verdict, digest, received_at, content_type, body)
    SELECT $1, partner_id, header_id, version_no, partition, log_offset,
           submission_id, verdict, digest, received_at, content_type, body
    FROM brought
),
pointed AS (
    INSERT INTO acr.records (registry, partner_id, header_id, current_version_no)
    SELECT $1, partner_id, header_id, max(version_no)
    FROM brought
    GROUP BY partner_id, header_id
    ON CONFLICT (registry, partner_id, header_id) DO UPDATE
    SET current_version_no = excluded.current_version_no
    WHERE records.current_version_no < excluded.current_version_no
)
INSERT INTO acr.arrivals (registry, partition, log_offset, submission_id, verdict, partner_id,
                          header_id, version_no, current_version_no, first_offset, findings,
                          reason, reply_partition, traceparent, received_at)
SELECT $1, partition, log_offset, submission_id, verdict, partner_id,
       header_id, version_no, current_version_no, first_offset, findings,
       reason, reply_partition, traceparent, received_at
FROM settled
