-- The next lines of an upload, kept or refused. $1 upload id, $2 line behind which they begin, $3 count
SELECT line, submission_id, NULL::jsonb AS refusal
FROM acr.upload_notes AS note, unnest(note.lines, note.submission_ids) AS kept (line, submission_id)
WHERE note.upload_id = $1
  AND line > $2
UNION ALL
SELECT (refusal ->> 'line')::integer, NULL, refusal
FROM acr.upload_notes AS note, jsonb_array_elements(note.refused) AS refused (refusal)
WHERE note.upload_id = $1
  AND (refusal ->> 'line')::integer > $2
ORDER BY line
LIMIT $3
