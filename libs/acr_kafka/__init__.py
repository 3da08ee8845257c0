"""The log. The only package that imports aiokafka; knows bytes, keys and positions, no registries."""
