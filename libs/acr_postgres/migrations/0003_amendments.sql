-- Later decisions about arrivals that are settled, and the runs of a replay that make them.

CREATE TABLE acr.amendments (
    registry           text        NOT NULL,
    partition          integer     NOT NULL,
    amendment_no       bigint      NOT NULL,
    log_offset         bigint      NOT NULL,
    settled_to         bigint      NOT NULL,
    kind               text        NOT NULL CHECK (kind IN ('replayed', 'redriven', 'discarded')),
    run_id             uuid        NOT NULL,
    who                text        NOT NULL,
    why                text        NOT NULL,
    contract           text,
    tell_senders       boolean     NOT NULL,
    submission_id      uuid        NOT NULL,
    verdict_before     text        NOT NULL,
    verdict            text        NOT NULL,
    partner_id         text,
    header_id          uuid,
    version_no         bigint,
    current_version_no bigint,
    first_offset       bigint,
    findings           jsonb,
    reason             text,
    amended_at         timestamptz NOT NULL,
    PRIMARY KEY (registry, partition, amendment_no),
    CHECK (log_offset < settled_to)
) PARTITION BY LIST (registry);
CREATE INDEX amendments_log_offset ON acr.amendments (registry, partition, log_offset, amendment_no);
CREATE INDEX amendments_run_id ON acr.amendments (run_id);
COMMENT ON TABLE acr.amendments IS
    'Later decisions about settled arrivals. The last one of an arrival is its standing; what was told first stays in arrivals.';
COMMENT ON COLUMN acr.amendments.amendment_no IS
    'Counts the amendments of a partition from 1 without gaps, in the order in which they were applied.';
COMMENT ON COLUMN acr.amendments.settled_to IS
    'The partition''s next offset when this was applied: a rebuild applies it at the same point.';
COMMENT ON COLUMN acr.amendments.findings IS 'What was found at this decision; no values.';
COMMENT ON COLUMN acr.amendments.contract IS 'Contract, rules and version of the code that were asked.';
COMMENT ON COLUMN acr.amendments.tell_senders IS 'Whether a result of it goes to the results topic.';

ALTER TABLE acr.positions
    ADD COLUMN amendments           bigint NOT NULL DEFAULT 0,
    ADD COLUMN amendments_announced bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT positions_amendments_announced CHECK (amendments_announced <= amendments);
COMMENT ON COLUMN acr.positions.amendments IS 'Number of the partition''s last amendment.';
COMMENT ON COLUMN acr.positions.amendments_announced IS
    'All amendments up to this number are acknowledged by the brokers.';

-- One look-up by the index for each arrival that is asked for.
CREATE VIEW acr.standings AS
SELECT arrival.registry, arrival.partition, arrival.log_offset, arrival.submission_id,
       COALESCE(amendment.verdict, arrival.verdict) AS verdict,
       COALESCE(amendment.partner_id, arrival.partner_id) AS partner_id,
       COALESCE(amendment.header_id, arrival.header_id) AS header_id,
       COALESCE(amendment.version_no, arrival.version_no) AS version_no,
       COALESCE(amendment.current_version_no, arrival.current_version_no) AS current_version_no,
       CASE WHEN amendment.kind IS NULL THEN arrival.first_offset ELSE amendment.first_offset END
           AS first_offset,
       CASE WHEN amendment.kind IS NULL THEN arrival.findings ELSE amendment.findings END AS findings,
       CASE WHEN amendment.kind IS NULL THEN arrival.reason ELSE amendment.reason END AS reason,
       arrival.reply_partition, arrival.traceparent, arrival.received_at, arrival.settled_at,
       arrival.verdict AS verdict_told, arrival.findings AS findings_told,
       amendment.kind AS amended, amendment.amended_at, amendment.run_id, amendment.amendment_no
FROM acr.arrivals AS arrival
LEFT JOIN LATERAL (
    SELECT each.*
    FROM acr.amendments AS each
    WHERE each.registry = arrival.registry
      AND each.partition = arrival.partition
      AND each.log_offset = arrival.log_offset
    ORDER BY each.amendment_no DESC
    LIMIT 1
) AS amendment ON true;
COMMENT ON VIEW acr.standings IS
    'What each arrival counts as today, beside what its sender was told first.';

GRANT SELECT, INSERT ON acr.amendments TO acr_writer;
GRANT SELECT ON acr.amendments TO acr_reader;
GRANT SELECT ON acr.standings TO acr_writer, acr_reader;

CREATE TABLE acr.replays (
    run_id       uuid        PRIMARY KEY,
    registry     text        NOT NULL,
    who          text        NOT NULL CHECK (who ~ '\S'),
    why          text        NOT NULL CHECK (why ~ '\S'),
    contract     text        NOT NULL,
    selection    jsonb       NOT NULL,
    tell_senders boolean     NOT NULL,
    state        text        NOT NULL
        CHECK (state IN ('running', 'stopped', 'done', 'abandoned')),
    attempt      integer     NOT NULL DEFAULT 1,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at     timestamptz
);
COMMENT ON TABLE acr.replays IS 'Runs of a replay: who, why, of what, by which rules, and what became of it.';
COMMENT ON COLUMN acr.replays.attempt IS
    'Counts its processes: whoever resumes a run is the next, and the former one can move nothing.';

CREATE TABLE acr.replay_stretches (
    run_id       uuid    NOT NULL REFERENCES acr.replays (run_id),
    partition    integer NOT NULL,
    begin_offset bigint  NOT NULL,
    next_offset  bigint  NOT NULL,
    end_offset   bigint  NOT NULL,
    tally        jsonb   NOT NULL,
    moved_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, partition),
    CHECK (begin_offset <= next_offset AND next_offset <= end_offset)
);
COMMENT ON TABLE acr.replay_stretches IS
    'What a replay covers of each partition and how far it is; moved in the transactions that amend.';
COMMENT ON COLUMN acr.replay_stretches.tally IS 'What was found and changed so far; no values.';

GRANT SELECT, INSERT, UPDATE ON acr.replays, acr.replay_stretches TO acr_writer;
GRANT SELECT ON acr.replays, acr.replay_stretches TO acr_reader;
