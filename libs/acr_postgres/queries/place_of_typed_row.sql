(SELECT root.submission_id::text
 FROM {root} AS root
 WHERE root.partner_id = held.partner_id AND root.header_id = held.header_id)
