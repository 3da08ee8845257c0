-- How far an upload is; no row where none of its notes is here. $1 upload id
SELECT min(registry) AS registry, min(noted_at) AS begun_at, max(noted_at) AS noted_at,
       sum(cardinality(lines))::bigint AS kept, sum(jsonb_array_length(refused))::bigint AS refused,
       max(note_no) + 1 = count(*) AS gapless,
       (array_agg(summary) FILTER (WHERE summary IS NOT NULL))[1] AS summary
FROM acr.upload_notes
WHERE upload_id = $1
HAVING count(*) > 0
