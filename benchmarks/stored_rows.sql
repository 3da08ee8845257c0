-- Rows of records that were settled long ago, as a consumer would have written them: made-up GUIDs of
-- 64 partners, at log positions before all that the topic has, with submission ids that grow, as those
-- that the gateway makes. {first} and {last} number them. Rows come in the order of their keys, which an
-- index takes many times as fast.
WITH record AS MATERIALIZED (
    SELECT number, 'stored-' || lpad((number % 64)::text, 2, '0') AS partner_id,
           gen_random_uuid() AS header_id,
           ('01700000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid AS submission_id,
           (number % 12)::integer AS partition, (number / 12) - 100000000 AS log_offset,
           timestamptz '2020-01-01' + number * interval '1 second' AS received_at
    FROM generate_series({first}::bigint, {last}::bigint) AS number
),
versions AS (
    INSERT INTO acr.versions (registry, partner_id, header_id, version_no, partition, log_offset,
                              submission_id, verdict, digest, received_at, content_type, body)
    SELECT 'cdsr', partner_id, header_id, 1, partition, log_offset, submission_id, 'created',
           sha256(uuid_send(header_id)), received_at, 'application/json', $1::bytea
    FROM record ORDER BY partner_id, header_id
),
records AS (
    INSERT INTO acr.records (registry, partner_id, header_id, current_version_no)
    SELECT 'cdsr', partner_id, header_id, 1 FROM record ORDER BY partner_id, header_id
),
typed AS (
    INSERT INTO cdsr.submissions (partner_id, header_id, version_no, status, contract_version,
                                  submission_id, received_at, incomplete_findings,
                                  warning_findings, appid, dartprojectid, projectname, dsn,
                                  providertype)
    SELECT partner_id, header_id, 1, 'complete', '1.0', submission_id, received_at, 0, 0,
           'dart', '479', 'cms demo', number::text, 'fp'
    FROM record ORDER BY partner_id, header_id
)
INSERT INTO acr.arrivals (registry, partition, log_offset, submission_id, verdict, partner_id,
                          header_id, version_no, current_version_no, reply_partition, received_at,
                          settled_at)
SELECT 'cdsr', partition, log_offset, submission_id, 'created', partner_id, header_id, 1, 1, 0,
       received_at, received_at
FROM record
ORDER BY partition, log_offset
