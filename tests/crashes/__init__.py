"""`./run.sh crash`: the real program, killed again and again, judged by what the chats received."""
