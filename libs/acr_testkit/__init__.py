"""What tests share: samples, fakes with behaviour, and a running system. Imported by tests only."""
