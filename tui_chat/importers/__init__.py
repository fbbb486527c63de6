"""Sessions from elsewhere: one file a format, and how to tell which one a file has."""
