"""The `acr-connect` command: runs the system on this machine, and serves those who operate it."""
