-- $1 schema
SELECT viewname FROM pg_views WHERE schemaname = $1
