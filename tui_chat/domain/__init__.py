"""Floor 0: the words of the program as typed records, and the errors. Pydantic and the standard library only."""
