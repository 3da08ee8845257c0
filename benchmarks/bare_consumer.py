"""A consumer process as it is, but without typed tables: what its peer, the JDBC sink, does not have either."""

from unittest.mock import patch

from acr_consumer import serve
from acr_consumer.__main__ import main

if __name__ == "__main__":
    with patch.object(serve, "open_projection", lambda _: None):
        main()
