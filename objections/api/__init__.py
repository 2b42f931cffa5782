"""The API of this app, by noun, on what `feedback.api` gives; its routes are put together in `config.api`."""
