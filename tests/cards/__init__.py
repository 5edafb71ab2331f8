"""What the chats really hold after the seeds' scenario: the words of the pictures in docs/pictures.

Written anew with `python -m tests.cards`, and drawn with `python docs/pictures/draw.py`.
"""
