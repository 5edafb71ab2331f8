"""What the bot shows of itself over HTTP."""
