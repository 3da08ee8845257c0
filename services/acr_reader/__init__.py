"""What people and vendors read. Only reads; what a vendor sends is the gateway's."""
