-- Moves a run on, if it is where this process believes and still this process's.
-- $1 run id, $2 attempt, $3 partition, $4 expected offset, $5 next offset, $6 tally
UPDATE acr.replay_stretches AS held
SET next_offset = $5, tally = $6, moved_at = clock_timestamp()
FROM acr.replays AS run
WHERE held.run_id = $1 AND held.partition = $3 AND held.next_offset = $4
  AND run.run_id = $1 AND run.attempt = $2 AND run.state = 'running'
RETURNING held.next_offset
