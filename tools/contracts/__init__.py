"""From the OpenAPI sources in contracts/http to what is served and what is compiled."""
