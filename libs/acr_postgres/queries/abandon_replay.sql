-- Gives a run up; a process that is still at it can move nothing more. $1 run id
UPDATE acr.replays
SET state = 'abandoned', attempt = attempt + 1, ended_at = clock_timestamp()
WHERE run_id = $1 AND state IN ('running', 'stopped')
RETURNING run_id
