SELECT max(version) AS version FROM acr.schema_migrations
