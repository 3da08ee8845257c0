-- Rows below go with the row of their record. $1 partner ids, $2 header ids; the schema is put in.
-- Record by record, by the place of its row, and not by a join, as in `histories`. No row moves meanwhile:
-- whoever replaces a record's rows has moved its pointer, or holds its partition still.
DELETE FROM {schema}.submissions
WHERE ctid = ANY (ARRAY(
    SELECT found.place
    FROM unnest($1::text[], $2::uuid[]) AS gone (partner_id, header_id)
    CROSS JOIN LATERAL (
        SELECT each.ctid AS place
        FROM {schema}.submissions AS each
        WHERE each.partner_id = gone.partner_id AND each.header_id = gone.header_id
        OFFSET 0
    ) AS found
))
