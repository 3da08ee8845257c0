-- $1 who, $2 what, $3 why, $4 registry, $5 partition, $6 offset
INSERT INTO acr.audit (who, what, why, registry, partition, log_offset)
VALUES ($1, $2, $3, $4, $5, $6)
