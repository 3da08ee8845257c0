-- Lets partitions stand where tables that were made anew stand. $1 registry; the schema is put in.
UPDATE acr.positions AS held
SET next_offset = rebuilt.next_offset,
    announced_offset = LEAST(held.announced_offset, rebuilt.next_offset),
    amendments = rebuilt.amendments,
    amendments_announced = rebuilt.amendments
FROM {schema}.positions AS rebuilt
WHERE held.registry = $1
  AND rebuilt.registry = $1
  AND rebuilt.partition = held.partition
