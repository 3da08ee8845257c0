-- Each run of a rebuild: who, why, what was compared and what came of it.

CREATE TABLE acr.rebuilds (
    rebuild_id           uuid        PRIMARY KEY,
    registry             text        NOT NULL,
    kind                 text        NOT NULL CHECK (kind IN ('swap', 'check', 'until')),
    name                 text        NOT NULL,
    until                text,
    who                  text        NOT NULL,
    why                  text,
    accepts_differences  boolean     NOT NULL,
    code_version         text        NOT NULL,
    started_at           timestamptz NOT NULL DEFAULT now(),
    ended_at             timestamptz,
    state                text        NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'swapped', 'equal', 'different', 'kept', 'dropped', 'failed')),
    report               jsonb
);
CREATE INDEX rebuilds_registry ON acr.rebuilds (registry, started_at);
COMMENT ON TABLE acr.rebuilds IS
    'Runs that made a registry''s tables anew from the log: who, why, and what came of it.';
COMMENT ON COLUMN acr.rebuilds.name IS
    'Part of the names of the schemas in which the tables were made.';
COMMENT ON COLUMN acr.rebuilds.report IS
    'Positions, checksums and differences by table, with log positions as examples; no values.';

GRANT SELECT ON acr.rebuilds TO acr_reader;
