"""Who did what, from where: rows that are written with the change itself and never change again."""
