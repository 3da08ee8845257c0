-- Lets one run at a time of a registry look whether its stretch is free. $1 registry
SELECT pg_advisory_xact_lock(7203913, hashtext($1))
