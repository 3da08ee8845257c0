-- $1 registry, then the columns of one dead letter
INSERT INTO acr.dead_letters (registry, partition, log_offset, error_class, reason, key, value,
                              header_names, header_values, appended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
