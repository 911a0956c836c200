"""Values to text; nothing is printed here."""
