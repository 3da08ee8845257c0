"""HTTP as our services speak it. The only package that imports uvicorn; no I/O but the sockets."""
