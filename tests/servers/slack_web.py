"""Slack's Web API over the team's memory: each method with its scopes, checks and error codes.

It speaks no HTTP: `call` gets a method's name, token and arguments, and gives the answer.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from tests.servers.slack_files import Files
from tests.servers.slack_limits import (
    ALL_TEXT,
    TEXT_KEPT,
    UPDATE_TEXT,
    all_text,
    message_faults,
    view_faults,
)
from tests.servers.slack_wire import channel_as_wire, message_as_wire
from tests.servers.slack_world import (
    APP_TOKEN,
    BOT_ID,
    BOT_TOKEN,
    BOT_USER,
    Channel,
    Json,
    Message,
    Team,
    View,
)

TRIGGER_SECONDS = 3.0
REPLY_SECONDS = 30 * 60
REPLY_USES = 5
STACKED_VIEWS = 3


class SlackRefusal(Exception):
    """An answer that is an error, as Slack words it."""

    def __init__(self, error: str, **more: Any) -> None:
        self.answer: Json = {"ok": False, "error": error, **more}
        super().__init__(error)


@dataclass
class Tokens:
    """Which tokens are good, and what Slack says of the others: invalid_auth, token_revoked, …"""

    bot: str = BOT_TOKEN
    app: str = APP_TOKEN
    bot_error: str = ""
    app_error: str = ""


class WebApi:
    """The methods that the bot uses, at `address`. `open_link` makes one for a new socket."""

    def __init__(
        self,
        team: Team,
        tokens: Tokens,
        open_link: Callable[[], str],
        address: Callable[[], str] = str,
    ) -> None:
        self.team = team
        self.files = Files(team)
        self._address = address
        self.tokens = tokens
        self._open_link = open_link
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post,
            "chat.postEphemeral": self._post_ephemeral,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "conversations.history": self._history,
            "conversations.info": self._info,
            "conversations.list": self._list,
            "files.completeUploadExternal": self._complete_upload,
            "files.getUploadURLExternal": self._begin_upload,
            "files.info": self._file,
            "conversations.replies": self._replies,
            "usergroups.users.list": self._group_users,
            "users.info": self._user,
            "views.open": self._open,
            "views.publish": self.team.publish,
            "views.push": self._push,
            "views.update": self._update_view,
        }

    def call(self, method: str, token: str, arguments: Json) -> Json:
        """Carry out a method. Raises SlackRefusal."""
        if method == "apps.connections.open":
            self._check(token, self.tokens.app, self.tokens.app_error)
            return {"ok": True, "url": self._open_link()}
        self._check(token, self.tokens.bot, self.tokens.bot_error)
        if method not in self._methods:
            raise SlackRefusal("unknown_method", req_method=method)
        return {"ok": True, **self._methods[method](arguments)}

    def reply(self, name: str, body: Json) -> None:
        """Use a response_url. Raises SlackRefusal."""
        address = self.team.reply_addresses.get(name)
        if address is None:
            raise SlackRefusal("no_such_url")
        if self.team.now() - address.made_at > REPLY_SECONDS:
            raise SlackRefusal("expired_url")
        if address.uses >= REPLY_USES:
            raise SlackRefusal("used_url")
        address.uses += 1
        original = address.message
        if body.get("delete_original") and original is not None:
            self.team.messages.remove(original)
            return
        text, blocks = self._checked(body, private=True)
        if body.get("replace_original") and original is not None:
            original.text, original.blocks, original.edited = text, blocks, True
            return
        public = body.get("response_type") == "in_channel"
        kept = self.team.keep(
            address.channel, text, blocks, only_for=None if public else address.user
        )
        if original is None:
            address.message = kept

    def _check(self, token: str, good: str, error: str) -> None:
        if not token:
            raise SlackRefusal("not_authed")
        if error or token not in (self.tokens.bot, self.tokens.app):
            raise SlackRefusal(error or "invalid_auth")
        if token != good:
            raise SlackRefusal("not_allowed_token_type")

    def _needs(self, *scopes: str) -> None:
        for scope in scopes:
            if scope not in self.team.scopes:
                provided = ",".join(sorted(self.team.scopes))
                raise SlackRefusal("missing_scope", needed=scope, provided=provided)

    def _auth_test(self, _arguments: Json) -> Json:
        return {
            "url": "https://local.slack.com/",
            "team": self.team.name,
            "user": "watchfloor",
            "team_id": self.team.id,
            "user_id": BOT_USER,
            "bot_id": BOT_ID,
            "is_enterprise_install": False,
        }

    def _channel(self, arguments: Json) -> Channel:
        name = arguments.get("channel", "")
        channel = self.team.conversation(name) or self.team.channels.get(name)
        if channel is None or (channel.private and BOT_USER not in channel.members):
            raise SlackRefusal("channel_not_found")
        return channel

    def _writable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        if channel.archived:
            raise SlackRefusal("is_archived")
        if BOT_USER not in channel.members and "chat:write.public" not in self.team.scopes:
            raise SlackRefusal("not_in_channel")
        if channel.restricted:
            raise SlackRefusal("restricted_action")
        return channel

    def _post(self, arguments: Json) -> Json:
        self._needs("chat:write")
        channel = self._writable(arguments)
        text, blocks = self._checked(arguments)
        metadata = arguments.get("metadata")
        if metadata is not None and not {"event_type", "event_payload"} <= set(metadata):
            raise SlackRefusal("invalid_metadata_format")
        root = self.team.find(channel.id, arguments.get("thread_ts") or "")
        if root is not None and root.thread_ts not in (None, root.ts):
            raise SlackRefusal("cannot_reply_to_message")  # Slack only advises against it
        # Without its root Slack posts a reply into the channel and says nothing of it, but for the
        # thread_ts that is missing from its answer: https://github.com/slack-go/slack/issues/1571
        message = self.team.keep(
            channel.id, text, blocks, metadata=metadata, thread_ts=root and root.ts
        )
        return {
            "channel": channel.id,
            "ts": message.ts,
            "message": message_as_wire(message, metadata=True),
        }

    def _post_ephemeral(self, arguments: Json) -> Json:
        self._needs("chat:write")
        channel = self._writable(arguments)
        user = arguments.get("user", "")
        if user not in channel.members:
            raise SlackRefusal("user_not_in_channel")
        text, blocks = self._checked(arguments, private=True)
        return {"message_ts": self.team.keep(channel.id, text, blocks, only_for=user).ts}

    def _own_message(self, arguments: Json) -> Message:
        self._needs("chat:write")
        channel = self._channel(arguments)
        message = self.team.find(channel.id, arguments.get("ts", ""))
        if message is None or message.tombstone:
            raise SlackRefusal("message_not_found")
        return message

    def _update(self, arguments: Json) -> Json:
        message = self._own_message(arguments)
        if len(arguments.get("text", "")) > UPDATE_TEXT:
            raise SlackRefusal("msg_too_long")
        text, blocks = self._checked(arguments)
        message.text, message.edited = text, True
        if "blocks" in arguments:  # without them the old blocks stay
            message.blocks = blocks
        return {"channel": message.channel, "ts": message.ts, "text": message.text}

    def _delete(self, arguments: Json) -> Json:
        message = self._own_message(arguments)
        self.team.delete(message)
        return {"channel": message.channel, "ts": message.ts}

    def _readable(self, arguments: Json) -> Channel:
        channel = self._channel(arguments)
        self._needs("groups:history" if channel.private else "channels:history")
        if BOT_USER not in channel.members:
            raise SlackRefusal("not_in_channel")
        return channel

    def _replies(self, arguments: Json) -> Json:
        """A thread: its root, whatever else is asked, then the replies, oldest first."""
        channel = self._readable(arguments)
        root = self.team.find(channel.id, arguments.get("ts", ""))
        if root is None:
            raise SlackRefusal("thread_not_found")
        after = float(arguments.get("cursor") or arguments.get("oldest") or 0)
        found = [each for each in self.team.replies(root) if float(each.ts) > after]
        page = found[: int(arguments.get("limit") or 1000)]
        with_metadata = arguments.get("include_all_metadata") in ("1", "true", True)
        more = len(found) > len(page)
        return {
            "messages": [message_as_wire(each, metadata=with_metadata) for each in (root, *page)],
            "has_more": more,
            "response_metadata": {"next_cursor": page[-1].ts if more else ""},
        }

    def _permalink(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        ts = str(arguments.get("message_ts", ""))
        if self.team.find(channel.id, ts) is None:
            raise SlackRefusal("message_not_found")
        place = f"archives/{channel.id}/p{ts.replace('.', '')}"
        return {"channel": channel.id, "permalink": f"https://local.slack.com/{place}"}

    def _begin_upload(self, arguments: Json) -> Json:
        self._needs("files:write")
        begun = self.files.begin(arguments, self._address())
        if begun is None:
            raise SlackRefusal("invalid_arguments")
        return begun

    def _file(self, arguments: Json) -> Json:
        self._needs("files:read")
        return {"file": self.files.about(str(arguments.get("file")), self._address()) or {}}

    def _complete_upload(self, arguments: Json) -> Json:
        self._needs("files:write")
        completed = self.files.complete(arguments.get("files") or [])
        if completed is None:
            raise SlackRefusal("file_not_found")
        if place := arguments.get("channel_id"):
            channel = self._writable({"channel": place})
            for each in completed:
                file = self.files.kept[each["id"]]
                self.team.keep(channel.id, f"(file: {file.name}, {file.length} bytes)", [])
        return {"files": completed}

    def _checked(self, arguments: Json, *, private: bool = False) -> tuple[str, list[Json]]:
        text, blocks = _checked_message(arguments)
        if faults := self.files.faults(blocks, private=private):
            raise SlackRefusal("invalid_blocks", **_named(faults))
        return text, blocks

    def _history(self, arguments: Json) -> Json:
        channel = self._readable(arguments)
        oldest = float(arguments.get("oldest") or 0)
        before = float(arguments.get("cursor") or arguments.get("latest") or "inf")
        found = [
            message
            for message in reversed(self.team.messages)
            if message.channel == channel.id
            and not message.only_for
            and (message.thread_ts is None or message.thread_ts == message.ts)
            and oldest < float(message.ts) < before
        ]
        page = found[: int(arguments.get("limit") or 100)]
        with_metadata = arguments.get("include_all_metadata") in ("1", "true", True)
        more = len(found) > len(page)
        return {
            "messages": [message_as_wire(message, metadata=with_metadata) for message in page],
            "has_more": more,
            "response_metadata": {"next_cursor": page[-1].ts if more else ""},
        }

    def _info(self, arguments: Json) -> Json:
        channel = self._channel(arguments)
        self._needs("groups:read" if channel.private else "channels:read")
        return {"channel": channel_as_wire(channel)}

    def _list(self, arguments: Json) -> Json:
        kinds = str(arguments.get("types") or "public_channel").split(",")
        if "private_channel" in kinds:
            self._needs("groups:read")
        self._needs("channels:read")
        channels = [
            channel_as_wire(channel)
            for channel in self.team.channels.values()
            if ("private_channel" if channel.private else "public_channel") in kinds
            and (not channel.private or BOT_USER in channel.members)
        ]
        return {"channels": channels, "response_metadata": {"next_cursor": ""}}

    def _user(self, arguments: Json) -> Json:
        self._needs("users:read")
        user = self.team.users.get(arguments.get("user", ""))
        if user is None:
            raise SlackRefusal("user_not_found")
        wire = asdict(user)
        return {"user": wire | {"is_admin": user.admin, "is_owner": user.owner}}

    def _group_users(self, arguments: Json) -> Json:
        self._needs("usergroups:read")
        users = self.team.groups.get(arguments.get("usergroup", ""))
        if users is None:
            raise SlackRefusal("no_such_subteam")
        return {"users": sorted(users)}

    def _exchange(self, arguments: Json) -> str:
        """The person who pressed, for a trigger that is fresh and unused."""
        trigger = arguments.get("trigger_id", "")
        if trigger in self.team.used_triggers:
            raise SlackRefusal("exchanged_trigger_id")
        if trigger not in self.team.triggers:
            raise SlackRefusal("invalid_trigger_id")
        user, made_at = self.team.triggers[trigger]
        if self.team.now() - made_at > TRIGGER_SECONDS:
            raise SlackRefusal("expired_trigger_id")
        return user

    def _open(self, arguments: Json) -> Json:
        user = self._exchange(arguments)
        return self._show(user, arguments)

    def _push(self, arguments: Json) -> Json:
        user = self._exchange(arguments)
        if sum(view.user == user for view in self.team.views.values()) >= STACKED_VIEWS:
            raise SlackRefusal("push_limit_reached")
        return self._show(user, arguments)

    def _show(self, user: str, arguments: Json) -> Json:
        shown = _checked_view(arguments)
        self.team.used_triggers.add(arguments["trigger_id"])
        view = View(self.team.number("V"), user, self.team.number("h"), shown)
        self.team.views[view.id] = view
        return {"view": view.as_payload()}

    def _update_view(self, arguments: Json) -> Json:
        view = self.team.views.get(arguments.get("view_id", ""))
        if view is None:
            raise SlackRefusal("not_found")
        if arguments.get("hash") not in (None, view.hash):
            raise SlackRefusal("hash_conflict")
        view.shown = _checked_view(arguments)
        view.hash, view.errors = self.team.number("h"), {}
        return {"view": view.as_payload()}


def _checked_message(arguments: Json) -> tuple[str, list[Json]]:
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks:
        raise SlackRefusal("no_text")
    if faults := message_faults(blocks) if blocks else []:
        raise SlackRefusal("invalid_blocks", **_named(faults))
    text = text[:TEXT_KEPT]
    if blocks and all_text(text, blocks) > ALL_TEXT:
        raise SlackRefusal("msg_blocks_too_long")
    return text, blocks


def _checked_view(arguments: Json) -> Json:
    view = arguments.get("view")
    if faults := view_faults(view):
        raise SlackRefusal("invalid_arguments", **_named(faults))
    assert isinstance(view, dict)
    return view


def _named(faults: list[str]) -> Json:
    messages = [f"[ERROR] {fault}" for fault in faults]
    return {"errors": faults, "response_metadata": {"messages": messages}}
