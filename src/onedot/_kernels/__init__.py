"""What is compiled below the faces: a module a level, and `cpu`, which says what this CPU runs."""
