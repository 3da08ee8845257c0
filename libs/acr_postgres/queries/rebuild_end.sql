-- $1 id, $2 state, $3 report
UPDATE acr.rebuilds SET state = $2, report = $3::jsonb, ended_at = now() WHERE rebuild_id = $1
