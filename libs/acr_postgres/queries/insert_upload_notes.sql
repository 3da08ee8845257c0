-- Notes that are here already are read again after a restart, and change nothing.
-- $1 upload id, $2 note number, $3 registry, $4 lines, $5 submission ids, $6 refused, $7 summary, $8 noted at
INSERT INTO acr.upload_notes
    (upload_id, note_no, registry, lines, submission_ids, refused, summary, noted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING
