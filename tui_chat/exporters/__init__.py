"""Writing sessions in other formats: one file a format, listed in ``registry``."""
