-- Open dead letters of a partition from an offset on, without those that a person has accepted.
-- $1 registry, $2 partition, $3 offset
SELECT count(*)
FROM acr.letters AS letter
WHERE letter.registry = $1
  AND letter.partition = $2
  AND letter.state = 'open'
  AND letter.log_offset >= GREATEST($3, (
      SELECT max(accepted_to)
      FROM acr.dead_letter_acceptances
      WHERE registry = $1 AND partition = $2
  ))
