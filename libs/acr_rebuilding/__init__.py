"""Makes the tables of a registry anew from its topics, compares them, and swaps them."""
