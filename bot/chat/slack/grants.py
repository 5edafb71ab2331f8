"""What the app asks of a Slack team, and the paths at which we can be reached."""

EVENTS_PATH, INSTALL_PATH = "/slack/events", "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

# Post; take commands; see whether the bot is in a channel, and hear when it no longer is; read who
# is an admin or in the managers' group; look up, after a lost answer, whether a message arrived;
# and send and take files. Without the histories an alert may then arrive twice.
SCOPES = (
    "chat:write",
    "commands",
    "channels:read",
    "groups:read",
    "users:read",
    "usergroups:read",
    "channels:history",
    "groups:history",
    "files:read",
    "files:write",
)
