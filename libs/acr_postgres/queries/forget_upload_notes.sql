-- $1 registry, $2 days: notes of uploads that were noted last before so many days, some at a time.
DELETE FROM acr.upload_notes
WHERE (upload_id, note_no) IN (
    SELECT upload_id, note_no
    FROM acr.upload_notes
    WHERE noted_at < now() - make_interval(days => $2)
      AND registry = $1
    LIMIT 1000
)
