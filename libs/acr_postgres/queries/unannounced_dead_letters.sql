-- $1 registry, $2 partitions
SELECT letter.*
FROM acr.positions AS held
JOIN acr.dead_letters AS letter
  ON letter.registry = $1
 AND letter.partition = held.partition
 AND letter.log_offset >= held.announced_offset
 AND letter.log_offset < held.next_offset
WHERE held.registry = $1 AND held.partition = ANY ($2::integer[])
ORDER BY letter.partition, letter.log_offset
