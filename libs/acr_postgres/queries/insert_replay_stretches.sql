-- $1 run id, $2 partitions, $3 first offsets, $4 ends
INSERT INTO acr.replay_stretches (run_id, partition, begin_offset, next_offset, end_offset, tally)
SELECT $1, partition, begin_offset, begin_offset, end_offset, '{}'
FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS stretch (partition, begin_offset, end_offset)
