-- Runs that are not at their end and cover some of these offsets.
-- $1 registry, $2 partitions, $3 first offsets, $4 ends
SELECT DISTINCT run.run_id, run.state, run.who, run.started_at
FROM unnest($2::integer[], $3::bigint[], $4::bigint[]) AS asked (partition, begin_offset, end_offset)
JOIN acr.replay_stretches AS held
  ON held.partition = asked.partition
 AND held.begin_offset < asked.end_offset
 AND asked.begin_offset < held.end_offset
JOIN acr.replays AS run
  ON run.run_id = held.run_id
 AND run.registry = $1
 AND run.state IN ('running', 'stopped')
ORDER BY run.started_at
