-- $1 registry, $2 partitions, $3 offsets, $4 who, $5 why
INSERT INTO acr.dead_letter_acceptances (registry, partition, accepted_to, who, why)
SELECT $1, partition, accepted_to, $4, $5
FROM unnest($2::integer[], $3::bigint[]) AS accepted (partition, accepted_to)
