(SELECT version.partition || '/' || version.log_offset
 FROM {versions} AS version
 WHERE version.registry = held.registry
   AND version.partner_id = held.partner_id
   AND version.header_id = held.header_id
   AND version.version_no = held.current_version_no)
