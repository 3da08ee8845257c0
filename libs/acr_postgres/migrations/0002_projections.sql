-- Which typed tables there are: one schema a registry, made and filled by `acr-connect migrate`.

CREATE TABLE acr.projections (
    registry  text        PRIMARY KEY,
    shape     text        NOT NULL,
    look      text        NOT NULL,
    records   bigint      NOT NULL,
    filled_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE acr.projections IS
    'The typed tables that each registry has. A consumer writes only tables of its own shape.';
COMMENT ON COLUMN acr.projections.shape IS
    'SHA-256 of tables, keys and indexes; where the declaration has another, they are made anew.';
COMMENT ON COLUMN acr.projections.look IS
    'SHA-256 of comments, rights, codes, thresholds and views; laid on again without filling anew.';
COMMENT ON COLUMN acr.projections.records IS 'Records with which the tables were last filled.';

GRANT SELECT ON acr.projections TO acr_writer, acr_reader;
