"""Contract bundles: every document of one version of a registry's contract. Pure: text from declarations."""
