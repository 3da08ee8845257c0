-- What became of one partner's arrivals, in the order of each partition: the results feed reads it.

-- On the parent alone, which is done at once. `acr-connect migrate` then builds it for each registry
-- without holding up writers (acr_postgres/partition_indexes.py).
CREATE INDEX arrivals_partner ON ONLY acr.arrivals (registry, partner_id, partition, log_offset);
COMMENT ON INDEX acr.arrivals_partner IS 'Lets a sender read its results from where it stopped.';
