-- Makes the caller the only process that can move a run. $1 run id
UPDATE acr.replays
SET attempt = attempt + 1, state = 'running'
WHERE run_id = $1 AND state IN ('running', 'stopped')
RETURNING attempt
