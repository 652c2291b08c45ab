"""The arithmetic that schemes share."""
