-- $1 id, $2 registry, $3 kind, $4 name, $5 until, $6 who, $7 why, $8 accepts differences, $9 version
INSERT INTO acr.rebuilds (rebuild_id, registry, kind, name, until, who, why, accepts_differences,
                          code_version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
