-- Rows below go with the row of their record. $1 partner ids, $2 header ids; the schema is put in.
DELETE FROM {schema}.submissions AS record
USING unnest($1::text[], $2::uuid[]) AS gone (partner_id, header_id)
WHERE record.partner_id = gone.partner_id AND record.header_id = gone.header_id
