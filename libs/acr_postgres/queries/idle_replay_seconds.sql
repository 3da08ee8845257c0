-- Since when the replay that has stood still longest did not move; of those at their end none counts. $1 registry
SELECT max(extract(epoch FROM clock_timestamp() - moved.at))::double precision
FROM (
    SELECT GREATEST(run.started_at, max(held.moved_at)) AS at
    FROM acr.replays AS run
    JOIN acr.replay_stretches AS held ON held.run_id = run.run_id
    WHERE run.registry = $1 AND run.state IN ('running', 'stopped')
    GROUP BY run.run_id
) AS moved
