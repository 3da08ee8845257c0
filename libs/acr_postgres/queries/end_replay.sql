-- $1 run id, $2 attempt, $3 state
UPDATE acr.replays
SET state = $3, ended_at = CASE WHEN $3 = 'stopped' THEN NULL ELSE clock_timestamp() END
WHERE run_id = $1 AND attempt = $2 AND state = 'running'
