"""A real Apache Kafka and a real PostgreSQL on a bare machine, for tests and for `acr-connect up`."""
