-- By registry: what was appended before this time is settled, in every partition that was ever
-- read. NULL while a partition was never seen settled to its end.
SELECT registry,
       CASE WHEN bool_and(caught_up_at IS NOT NULL) THEN min(caught_up_at) END AS caught_up_at
FROM acr.positions
GROUP BY registry
