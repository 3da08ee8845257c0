-- What the schema says of itself. $1 schema
SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1
