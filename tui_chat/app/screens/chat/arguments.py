"""What may stand behind a typed command, where that is known."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence

from tui_chat.app.screens.chat.slash import Known
from tui_chat.app.themes import OWN
from tui_chat.chat.services import Services
from tui_chat.config.personas import load_personas
from tui_chat.domain.errors import ChatError
from tui_chat.domain.parameters import EFFORTS
from tui_chat.domain.providers import Protocol, Provider
from tui_chat.domain.sessions import ChatSession, SessionSummary
from tui_chat.exporters.registry import EXPORTERS

#: Seconds to wait for lists of models; what comes later is there the next time.
_PATIENCE = 1.5

Rows = Sequence[tuple[str, str]]


class Arguments:
    """The lists behind commands: names, each with a word on it.

    Args:
        services: Who can be asked for models.
        session: Returns the open session.
        sessions: Returns the sessions, newest first.
        themes: Returns the names of all themes.
    """

    def __init__(
        self,
        services: Services,
        session: Callable[[], ChatSession],
        sessions: Callable[[], Sequence[SessionSummary]],
        themes: Callable[[], Iterable[str]],
    ) -> None:
        self._services = services
        self._session = session
        self._sessions = sessions
        self._themes = themes
        self._asked: dict[str, asyncio.Task[list[str]]] = {}

    @property
    def known(self) -> Mapping[str, Known]:
        """The lists, by the ids of the commands that take something from them."""
        return {
            "model.choose": self.models,
            "reply.regenerate_with": self.models,
            "session.list": self.sessions,
            "session.export": self.formats,
            "session.persona": self.personas,
            "session.reasoning": self.efforts,
            "sidebar.project": self.projects,
            "sidebar.tag": self.tags,
            "app.theme": self.themes,
        }

    async def models(self) -> Rows:
        """Return the models of the session's provider, then those of others, with the provider before."""
        providers = [one for one in self._services.providers.values() if self._can_list(one)]
        providers.sort(key=lambda one: one.name != self._session().provider)
        for one in providers:
            if one.name not in self._asked:
                self._asked[one.name] = asyncio.create_task(self._models_of(one))
        if providers:
            await asyncio.wait([self._asked[one.name] for one in providers], timeout=_PATIENCE)
        rows = []
        for one in providers:
            asked = self._asked[one.name]
            before = "" if one.name == self._session().provider else f"{one.name}/"
            rows += [(f"{before}{name}", one.label) for name in (asked.result() if asked.done() else ())]
        return rows

    async def sessions(self) -> Rows:
        """Return the names of the sessions, each with the day of the newest one that has it."""
        days: dict[str, str] = {}
        for one in self._sessions():
            days.setdefault(" ".join(one.name.split()), f"{one.updated_at.astimezone():%Y-%m-%d}")
        return list(days.items())

    async def personas(self) -> Rows:
        """Return the names of the personas."""
        found, _ = await asyncio.to_thread(load_personas)
        return [(one.name, one.model) for one in found]

    async def formats(self) -> Rows:
        """Return the formats of exports."""
        return [(name, one.label) for name, one in EXPORTERS.items()]

    async def efforts(self) -> Rows:
        """Return how long a model may be told to think."""
        return [(effort, "") for effort in EFFORTS]

    async def projects(self) -> Rows:
        """Return the projects that sessions are in."""
        return [(name, "") for name in sorted({one.project for one in self._sessions() if one.project})]

    async def tags(self) -> Rows:
        """Return the tags that sessions have."""
        return [(name, "") for name in sorted({tag for one in self._sessions() for tag in one.tags})]

    async def themes(self) -> Rows:
        """Return the themes, our own first."""
        own = [theme.name for theme in OWN]
        return [(name, "") for name in (*own, *(name for name in self._themes() if name not in own))]

    def _can_list(self, provider: Provider) -> bool:
        return provider.protocol is not Protocol.SCRIPTED and self._services.can_answer(provider)

    async def _models_of(self, provider: Provider) -> list[str]:
        try:
            client = await self._services.client(provider.name)
            return [model.name for model in await client.models()]
        except ChatError:
            # Whoever wants this provider is told why when it is asked to answer.
            return [provider.default_model] if provider.default_model else []
