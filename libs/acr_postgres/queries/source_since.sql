-- Rows of arrivals from some positions on. $1 partitions, $2 offsets; what is in braces is put in.
unnest($1::integer[], $2::bigint[]) AS since (partition, log_offset)
JOIN {table} AS held
  ON held.registry = '{registry}'
 AND held.partition = since.partition
 AND held.{offset} >= since.log_offset
