-- Gives a run up; a process that is still at it can move nothing more. $1 run id, $2 who, $3 why
UPDATE acr.replays
SET state = 'abandoned', attempt = attempt + 1, ended_at = clock_timestamp(),
    abandoned_by = $2, abandoned_why = $3
WHERE run_id = $1 AND state IN ('running', 'stopped')
RETURNING run_id
