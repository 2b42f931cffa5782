"""The bridge between rows and `objections.nlp`."""
