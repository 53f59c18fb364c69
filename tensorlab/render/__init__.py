"""Scenes to text and HTML. Same scene, same bytes."""
