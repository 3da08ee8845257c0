-- Stores amendments and, where one brings a version (it has a body), the version and the current
-- pointer of its key, which never moves down. $1 registry, then one array a column.
WITH amended AS (
    SELECT *
    FROM unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::uuid[],
                $8::text[], $9::text[], $10::text[], $11::boolean[], $12::uuid[], $13::text[],
                $14::text[], $15::text[], $16::uuid[], $17::bigint[], $18::bigint[], $19::bigint[],
                $20::jsonb[], $21::text[], $22::timestamptz[], $23::timestamptz[], $24::bytea[],
                $25::text[], $26::bytea[])
        AS amendment (partition, amendment_no, log_offset, settled_to, kind, run_id,
                      who, why, contract, tell_senders, submission_id, verdict_before,
                      verdict, partner_id, header_id, version_no, current_version_no, first_offset,
                      findings, reason, amended_at, received_at, digest,
                      content_type, body)
),
stored AS (
    INSERT INTO acr.versions (registry, partner_id, header_id, version_no, partition, log_offset,
                              submission_id, verdict, digest, received_at, content_type, body)
    SELECT $1, partner_id, header_id, version_no, partition, log_offset,
           submission_id, verdict, digest, received_at, content_type, body
    FROM amended
    WHERE body IS NOT NULL
),
pointed AS (
    INSERT INTO acr.records (registry, partner_id, header_id, current_version_no)
    SELECT $1, partner_id, header_id, max(version_no)
    FROM amended
    WHERE body IS NOT NULL
    GROUP BY partner_id, header_id
    ON CONFLICT (registry, partner_id, header_id) DO UPDATE
    SET current_version_no = excluded.current_version_no
    WHERE records.current_version_no < excluded.current_version_no
)
INSERT INTO acr.amendments (registry, partition, amendment_no, log_offset, settled_to, kind, run_id,
                            who, why, contract, tell_senders, submission_id, verdict_before,
                            verdict, partner_id, header_id, version_no, current_version_no,
                            first_offset, findings, reason, amended_at)
SELECT $1, partition, amendment_no, log_offset, settled_to, kind, run_id,
       who, why, contract, tell_senders, submission_id, verdict_before,
       verdict, partner_id, header_id, version_no, current_version_no,
       first_offset, findings, reason, amended_at
FROM amended
