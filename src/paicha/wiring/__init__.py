"""The only room that reads settings and names every concrete class."""
