-- What every registry shares: versions, the current one of each key, what became of each arrival,
-- dead letters, and how far each partition of the log is settled.

-- Bodies compress well and are read rarely; lz4 where the server has it.
DO $$
BEGIN
    SET default_toast_compression = 'lz4';
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN
    RAISE NOTICE 'the server has no lz4; bodies are compressed with pglz';
END $$;

CREATE TABLE acr.versions (
    registry      text        NOT NULL,
    partner_id    text        NOT NULL,
    header_id     uuid        NOT NULL,
    version_no    bigint      NOT NULL CHECK (version_no >= 1),
    partition     integer     NOT NULL,
    log_offset    bigint      NOT NULL,
    submission_id uuid        NOT NULL,
    verdict       text        NOT NULL CHECK (verdict IN ('created', 'updated', 'superseded')),
    digest        bytea       NOT NULL CHECK (octet_length(digest) = 32),
    received_at   timestamptz NOT NULL,
    content_type  text        NOT NULL,
    body          bytea       NOT NULL,
    PRIMARY KEY (registry, partner_id, header_id, version_no)
) PARTITION BY LIST (registry);
COMMENT ON TABLE acr.versions IS 'Each version of each key once, with its body byte for byte.';
COMMENT ON COLUMN acr.versions.log_offset IS
    'Offset of the arrival that brought this version first; with partition, its log position.';
COMMENT ON COLUMN acr.versions.digest IS 'SHA-256 over the canonical JSON of header and payload.';
COMMENT ON COLUMN acr.versions.verdict IS 'What the first arrival of this version turned out to be.';

CREATE TABLE acr.records (
    registry           text   NOT NULL,
    partner_id         text   NOT NULL,
    header_id          uuid   NOT NULL,
    current_version_no bigint NOT NULL,
    PRIMARY KEY (registry, partner_id, header_id)
) PARTITION BY LIST (registry);
COMMENT ON TABLE acr.records IS 'The current version of each key: the highest number it has.';

CREATE TABLE acr.arrivals (
    registry           text        NOT NULL,
    partition          integer     NOT NULL,
    log_offset         bigint      NOT NULL,
    submission_id      uuid        NOT NULL,
    verdict            text        NOT NULL,
    partner_id         text,
    header_id          uuid,
    version_no         bigint,
    current_version_no bigint,
    first_offset       bigint,
    findings           jsonb,
    reason             text,
    reply_partition    integer,
    traceparent        text,
    received_at        timestamptz NOT NULL,
    settled_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (registry, partition, log_offset)
) PARTITION BY LIST (registry);
CREATE INDEX arrivals_submission_id ON acr.arrivals (submission_id);
COMMENT ON TABLE acr.arrivals IS 'What became of each arrival in the log; one row for each.';
COMMENT ON COLUMN acr.arrivals.first_offset IS
    'For a duplicate or conflict: offset, in the same partition, of the arrival that it met.';
COMMENT ON COLUMN acr.arrivals.findings IS 'What the rules in force at receipt said; no values.';
COMMENT ON COLUMN acr.arrivals.reason IS 'For a failed arrival: why; no values.';
COMMENT ON COLUMN acr.arrivals.reply_partition IS
    'Results partition on which its sender listened; results are announced there.';

CREATE TABLE acr.dead_letters (
    registry      text        NOT NULL,
    partition     integer     NOT NULL,
    log_offset    bigint      NOT NULL,
    error_class   text        NOT NULL,
    reason        text        NOT NULL,
    key           bytea,
    value         bytea,
    header_names  bytea[]     NOT NULL,
    header_values bytea[]     NOT NULL,
    appended_at   timestamptz NOT NULL,
    failed_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (registry, partition, log_offset)
) PARTITION BY LIST (registry);
COMMENT ON TABLE acr.dead_letters IS
    'Arrivals that no retry can settle: key, value and headers as they were, and why.';

-- One row a partition of the log, rewritten with each batch: room on the page keeps that cheap.
CREATE TABLE acr.positions (
    registry         text    NOT NULL,
    partition        integer NOT NULL,
    next_offset      bigint  NOT NULL,
    announced_offset bigint  NOT NULL,
    consumer         text    NOT NULL,
    settled_at       timestamptz,
    caught_up_at     timestamptz,
    PRIMARY KEY (registry, partition),
    CHECK (announced_offset <= next_offset)
) WITH (fillfactor = 50);
COMMENT ON TABLE acr.positions IS
    'How far each partition is settled. Checked and advanced in the transaction of each batch: it fences a consumer that has lost its partition.';
COMMENT ON COLUMN acr.positions.next_offset IS 'First offset that is not settled yet.';
COMMENT ON COLUMN acr.positions.announced_offset IS
    'All results below are acknowledged by the brokers; the rest is announced again at a start.';
COMMENT ON COLUMN acr.positions.caught_up_at IS
    'When the partition''s end was last seen settled: what was appended before is settled.';

GRANT SELECT, INSERT, UPDATE ON
    acr.versions, acr.records, acr.arrivals, acr.dead_letters, acr.positions TO acr_writer;
GRANT SELECT ON
    acr.versions, acr.records, acr.arrivals, acr.dead_letters, acr.positions TO acr_reader;
