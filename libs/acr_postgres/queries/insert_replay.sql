-- $1 run id, $2 registry, $3 who, $4 why, $5 contract, $6 selection, $7 tell senders
INSERT INTO acr.replays (run_id, registry, who, why, contract, selection, tell_senders, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'running')
