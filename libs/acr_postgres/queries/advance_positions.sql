-- Moves partitions on, if they still stand where the caller believes: this fences a zombie.
-- $1 registry, $2 partitions, $3 expected next offsets, $4 new next offsets, $5 announced, $6 name,
-- $7 times of the last records. A clock that runs ahead must not say more than is true; a time
-- that no clock of ours tells (a foreign record's) says nothing.
UPDATE acr.positions AS held
SET next_offset = moved.next_offset,
    announced_offset = GREATEST(held.announced_offset, moved.announced_offset),
    consumer = $6,
    settled_at = now(),
    caught_up_at = CASE
        WHEN moved.appended_at > now() + interval '1 minute' THEN held.caught_up_at
        ELSE GREATEST(held.caught_up_at, LEAST(moved.appended_at, now()))
    END
FROM unnest($2::integer[], $3::bigint[], $4::bigint[], $5::bigint[], $7::timestamptz[])
    AS moved (partition, expected_offset, next_offset, announced_offset, appended_at)
WHERE held.registry = $1
  AND held.partition = moved.partition
  AND held.next_offset = moved.expected_offset
RETURNING held.partition
