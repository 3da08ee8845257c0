-- What people do about dead letters: who looked at patient data, and what was accepted.

CREATE TABLE acr.audit (
    audit_id     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    session_name text        NOT NULL DEFAULT session_user,
    client       inet        DEFAULT inet_client_addr(),
    who          text        NOT NULL CHECK (who ~ '\S'),
    what         text        NOT NULL CHECK (what ~ '\S'),
    why          text        NOT NULL CHECK (why ~ '\S'),
    registry     text        NOT NULL,
    partition    integer     NOT NULL,
    log_offset   bigint      NOT NULL
);
COMMENT ON TABLE acr.audit IS 'Who looked at patient data, when, why and at which. Only grows.';
COMMENT ON COLUMN acr.audit.session_name IS
    'The user that the session logged in as, whatever role it took on; the database fills it in.';
COMMENT ON COLUMN acr.audit.who IS 'Who says to be looking: the name of the operating system''s user, or the one given.';

CREATE TABLE acr.dead_letter_acceptances (
    registry     text        NOT NULL,
    partition    integer     NOT NULL,
    accepted_to  bigint      NOT NULL,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    session_name text        NOT NULL DEFAULT session_user,
    who          text        NOT NULL CHECK (who ~ '\S'),
    why          text        NOT NULL CHECK (why ~ '\S')
);
CREATE INDEX dead_letter_acceptances_partition
    ON acr.dead_letter_acceptances (registry, partition);
COMMENT ON TABLE acr.dead_letter_acceptances IS
    'Up to which offset dead letters of a partition no longer stop its consumer. Only grows.';

CREATE VIEW acr.letters AS
SELECT letter.registry, letter.partition, letter.log_offset, letter.error_class, letter.reason,
       letter.key, octet_length(letter.value) AS value_bytes, letter.appended_at, letter.failed_at,
       standing.submission_id, standing.amended_at,
       CASE WHEN standing.verdict <> 'failed' THEN 'redriven'
            WHEN standing.amended = 'discarded' THEN 'discarded'
            ELSE 'open' END AS state
FROM acr.dead_letters AS letter
JOIN acr.standings AS standing
  ON standing.registry = letter.registry
 AND standing.partition = letter.partition
 AND standing.log_offset = letter.log_offset;
COMMENT ON VIEW acr.letters IS 'Dead letters without their bytes, each with what became of it.';

CREATE FUNCTION acr.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of acr.% are never changed or deleted', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON acr.audit
    FOR EACH STATEMENT EXECUTE FUNCTION acr.refuse_change();
CREATE TRIGGER acceptances_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE
    ON acr.dead_letter_acceptances FOR EACH STATEMENT EXECUTE FUNCTION acr.refuse_change();

-- Column by column: when it was, and as whom the session logged in, is the database's to say.
GRANT INSERT (who, what, why, registry, partition, log_offset) ON acr.audit TO acr_writer;
GRANT INSERT (registry, partition, accepted_to, who, why) ON acr.dead_letter_acceptances TO acr_writer;
GRANT SELECT ON acr.audit, acr.dead_letter_acceptances, acr.letters TO acr_writer, acr_reader;
