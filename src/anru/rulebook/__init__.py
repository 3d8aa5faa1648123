"""The law as data: dated rules with their clause and confidence, and the words that the rules are made of. No Django."""
