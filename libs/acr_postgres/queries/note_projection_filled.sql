-- $1 registry, $2 shape, $3 look, $4 records
INSERT INTO acr.projections (registry, shape, look, records)
VALUES ($1, $2, $3, $4)
ON CONFLICT (registry) DO UPDATE
SET shape = excluded.shape, look = excluded.look, records = excluded.records, filled_at = now()
