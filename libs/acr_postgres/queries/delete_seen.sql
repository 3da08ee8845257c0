-- As `delete_projected`, and tells of what shape the tables are; no row where the registry has none.
-- $1 registry, $2 partner ids, $3 header ids; the schema is put in.
WITH deleted AS (
    DELETE FROM {schema}.submissions AS record
    USING unnest($2::text[], $3::uuid[]) AS gone (partner_id, header_id)
    WHERE record.partner_id = gone.partner_id AND record.header_id = gone.header_id
)
SELECT shape FROM acr.projections WHERE registry = $1
