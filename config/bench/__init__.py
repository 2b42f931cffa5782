"""What `manage.py bench` measures: a large company made by dice, and the portal working on it."""
