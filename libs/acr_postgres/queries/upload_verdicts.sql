-- What the kept lines of an upload count as today. $1 upload id
SELECT standing.verdict, count(DISTINCT standing.submission_id) AS lines
FROM acr.upload_notes AS note, unnest(note.submission_ids) AS kept (submission_id), acr.standings AS standing
WHERE note.upload_id = $1
  AND standing.submission_id = kept.submission_id
GROUP BY standing.verdict
