-- One rebuild of a registry at a time. $1 number of such locks, $2 registry
SELECT pg_try_advisory_lock($1::integer, hashtext($2))
