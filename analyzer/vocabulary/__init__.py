"""Microsoft's names and numbers as data, each with its source. No logic beyond look-ups."""
