-- As `delete_projected`, and tells of what shape the tables are; no row where the registry has none.
-- $1 registry, $2 partner ids, $3 header ids; the schema is put in.
WITH deleted AS (
    DELETE FROM {schema}.submissions
    WHERE ctid = ANY (ARRAY(
        SELECT found.place
        FROM unnest($2::text[], $3::uuid[]) AS gone (partner_id, header_id)
        CROSS JOIN LATERAL (
            SELECT each.ctid AS place
            FROM {schema}.submissions AS each
            WHERE each.partner_id = gone.partner_id AND each.header_id = gone.header_id
            OFFSET 0
        ) AS found
    ))
)
SELECT shape FROM acr.projections WHERE registry = $1
