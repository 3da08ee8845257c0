-- Waits while a registry's typed tables are made anew, and keeps them from it. $1 registry
SELECT pg_advisory_xact_lock_shared(7203912, hashtext($1))
