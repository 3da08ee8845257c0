-- Rows of some records. $1 partner ids, $2 header ids; what is in braces is put in.
unnest($1::text[], $2::uuid[]) AS touched (partner_id, header_id)
JOIN {table} AS held
  ON held.partner_id = touched.partner_id AND held.header_id = touched.header_id{also}
