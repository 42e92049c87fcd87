"""WHEN SILENCE STANDS: who answers on a way, how much is lost there, and what silence or a "no" comes to. Pure."""
