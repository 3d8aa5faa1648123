"""The law as data: dated rules with clause and confidence, and the words they are made of. Imports no Django."""
