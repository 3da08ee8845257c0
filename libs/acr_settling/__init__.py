"""What is done with an arrival once it is read: settled, amended, told. Shared by the services."""
