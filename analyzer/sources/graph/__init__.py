"""Microsoft Graph as a source: clouds, credentials, permissions, checks, and the wire itself."""
