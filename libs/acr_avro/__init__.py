"""Bytes to domain and back. The only package that imports fastavro; does no I/O but its schemas."""
