-- The rows that records have in a typed table. $1 partner ids, $2 header ids; the names are put in.
SELECT {columns}
FROM unnest($1::text[], $2::uuid[]) AS asked (record_partner_id, record_header_id)
JOIN {table} AS held
  ON held.partner_id = asked.record_partner_id AND held.header_id = asked.record_header_id
