"""The Web API's methods: one module per family, each with a table of arguments, scopes and handlers."""

from sandbox.slack.web_api import assistant, chat, conversations, directory, files, reactions, streams, views
from sandbox.slack.web_api.method import Method

FAMILIES = (chat, streams, assistant, conversations, directory, views, reactions, files)

METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family.METHODS}
