-- How far uploads are for which nobody waits, as the gateways note it in the log.

CREATE TABLE acr.upload_notes (
    upload_id      uuid        NOT NULL,
    note_no        integer     NOT NULL,
    registry       text        NOT NULL,
    lines          integer[]   NOT NULL,
    submission_ids uuid[]      NOT NULL,
    refused        jsonb       NOT NULL,
    summary        jsonb,
    noted_at       timestamptz NOT NULL,
    PRIMARY KEY (upload_id, note_no),
    CHECK (cardinality(lines) = cardinality(submission_ids))
);
COMMENT ON TABLE acr.upload_notes IS
    'What became of the lines of uploads, note by note. Kept for a while; each submission has its own status.';
COMMENT ON COLUMN acr.upload_notes.note_no IS 'Counts the notes of an upload from 0, which only begins it.';
COMMENT ON COLUMN acr.upload_notes.lines IS 'Numbers of the lines that were kept; their submissions in the next column.';
COMMENT ON COLUMN acr.upload_notes.refused IS 'Answers to the lines that were not kept; no values.';
COMMENT ON COLUMN acr.upload_notes.summary IS 'Where this note is the last: what the upload came to.';
CREATE INDEX upload_notes_noted_at ON acr.upload_notes (noted_at);

GRANT SELECT, INSERT, DELETE ON acr.upload_notes TO acr_writer;
GRANT SELECT ON acr.upload_notes TO acr_reader;
