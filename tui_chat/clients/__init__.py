"""The clients: each speaks one wire protocol and yields domain events. Only here: httpx."""
