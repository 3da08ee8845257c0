"""The whole system on a simulated clock, network and store, driven by one seed."""
