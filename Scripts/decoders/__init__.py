"""The pictures that Scripts/check-decoders compares: a module for each format, and what they share."""
