-- Waits for amendments that are being written, and keeps others waiting. $1 registry
SELECT pg_advisory_xact_lock(7203912, hashtext($1))
