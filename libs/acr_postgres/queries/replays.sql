-- Runs, the last first. $1 registry or NULL, $2 run id or NULL, $3 how many at most
SELECT run.*, held.partition, held.begin_offset, held.next_offset, held.end_offset, held.tally,
       held.moved_at
FROM (
    SELECT * FROM acr.replays
    WHERE ($1::text IS NULL OR registry = $1) AND ($2::uuid IS NULL OR run_id = $2)
    ORDER BY started_at DESC
    LIMIT $3
) AS run
JOIN acr.replay_stretches AS held ON held.run_id = run.run_id
ORDER BY run.started_at DESC, run.run_id, held.partition
