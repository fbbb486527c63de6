"""What a turn needs: the history, the providers and their clients, opened when first used."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui_chat.chat.choice import Choice, Wishes, choose, known
from tui_chat.chat.models import Models
from tui_chat.clients.base import ChatClient, Key, KeySource
from tui_chat.clients.discovery import find_local
from tui_chat.clients.registry import make_client, prepare_client
from tui_chat.config import paths
from tui_chat.config.presets import all_providers
from tui_chat.config.secrets import environment_key, find_keys, forget_key, keep_key, kept_names, read_key
from tui_chat.config.settings_file import load_settings
from tui_chat.config.state import load_state, save_state
from tui_chat.domain.errors import ChatError, ConfigError, ModelNotFound, ProviderError
from tui_chat.domain.providers import ModelInfo, Protocol, Provider
from tui_chat.domain.record import build_schemas
from tui_chat.domain.sessions import ChatSession
from tui_chat.domain.settings import Settings
from tui_chat.storage.input_memory import InputMemory
from tui_chat.storage.library import Library
from tui_chat.storage.write_lock import prepare as prepare_commit


@dataclass(frozen=True)
class Options:
    """What the command line asks for. Empty strings and ``None`` ask for nothing."""

    provider: str = ""
    """Name of who answers in new sessions."""
    model: str = ""
    """Name of the LLM."""
    base_url: str = ""
    """Address of an API that speaks OpenAI's protocol."""
    system: str = ""
    """System prompt of new sessions."""
    theme: str = ""
    """Theme of this run."""
    is_temporary: bool = False
    """Whether nothing may be written to the history."""


class Services:
    """The parts that a turn works with. Made once a run, by `start`.

    Attributes:
        settings: The user's settings.
        trouble: What is wrong with the config, if anything; the defaults are then used.
        library: The history.
        input_memory: The prompts that were sent, and those that were not.
        providers: All known providers, by name.
        choice: Who answers in new sessions, and why.
        models: What is known of the models.
    """

    def __init__(
        self,
        settings: Settings,
        library: Library,
        providers: Mapping[str, Provider],
        choice: Choice,
        *,
        options: Options | None = None,
        trouble: ConfigError | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.input_memory = InputMemory(library.path.parent if library.path is not None else None)
        self.providers = dict(providers)
        self.choice = choice
        self.options = options or Options()
        self.models = Models(self.providers)
        self.trouble = trouble
        self.local_servers: dict[str, list[ModelInfo]] = {}
        """Local servers that answered when they were last looked for, with their models."""
        self.kept_keys = kept_names()
        """Names of the providers whose key is known to be in the keyring."""
        self._locked: frozenset[str] = frozenset()
        """Local servers that run, but did not answer with the key that there is."""
        self._clients: dict[str, asyncio.Task[ChatClient]] = {}

    @classmethod
    def start(cls, options: Options | None = None, *, history: Path | None = None) -> Services:
        """Read the config and choose a provider; quick, and without network. The library is not opened yet.

        Args:
            options: What the command line asks for.
            history: Another history file than the usual one.

        Raises:
            ConfigError: if a provider that was asked for is not known.
        """
        options = options or Options()
        settings, trouble = Settings.model_construct(), None
        try:
            settings = load_settings()
        except ConfigError as error:
            trouble = error
        providers = all_providers(settings)
        wishes, kept = _wishes(options, settings), kept_names()
        choice = choose(providers, wishes, lambda provider: environment_key(provider).source, kept)
        if options.base_url:
            choice = _redirect(providers, choice, options)
        path = None if options.is_temporary else history or paths.history_path()
        return cls(settings, Library(path), providers, choice, options=options, trouble=trouble)

    def provider(self, name: str) -> Provider:
        """Return a provider by name.

        Raises:
            ConfigError: if there is none.
        """
        return known(self.providers, name)

    def new_session(self) -> ChatSession:
        """Return a new session with the chosen provider and the usual settings; it is not saved yet."""
        chat = self.settings.chat
        return ChatSession.model_construct(
            provider=self.choice.provider,
            model=self.choice.model or self.provider(self.choice.provider).default_model,
            system_prompt=self.options.system or chat.system_prompt,
            params=chat.params,
        )

    def apply_options(self, session: ChatSession) -> None:
        """Let the command line's wishes win over what a stored session says; one whose provider is gone changes too."""
        options = self.options
        if options.provider or options.base_url or session.provider not in self.providers:
            session.provider = self.choice.provider
            session.model = self.choice.model or self.provider(session.provider).default_model
        elif options.model:
            session.model = options.model
        session.system_prompt = options.system or session.system_prompt

    async def look_for_local(self) -> bool:
        """Look for local servers, and let the first that answers take the guide's place.

        Returns:
            Whether the choice has changed.
        """
        local = [one for one in self.providers.values() if one.is_local and not one.is_built_in]
        found = await find_local(local, _key_source)
        self.local_servers = {name: server.models for name, server in found.items() if not server.is_locked}
        self._locked = frozenset(name for name, server in found.items() if server.is_locked)
        for name, models in self.local_servers.items():
            if self.choice.is_fallback and models:
                label = self.providers[name].label
                self.choice = Choice(name, models[0].name, f"because {label} runs at {self.providers[name].address}")
                return True
        return False

    async def look_for_keys(self) -> None:
        """Look into the keyring for the keys of providers that have none elsewhere; it may want to be unlocked."""
        lacking = [one for one in self.providers.values() if self.state_of(one)[0] == "no key"]
        if lacking:
            self.kept_keys = await find_keys(lacking)

    def can_answer(self, provider: Provider) -> bool:
        """Return whether a provider can be asked: it needs no key or has one, and it runs if it is local."""
        return self.state_of(provider)[0] in ("answers", "ready", "runs")

    def state_of(self, provider: Provider) -> tuple[str, str]:
        """Return in words whether a provider can answer, and how to make it: ``("no key", "set OPENAI_API_KEY")``."""
        if provider.name == self.choice.provider:
            return "answers", "built in" if provider.protocol is Protocol.GUIDE else provider.address
        if provider.is_built_in:
            return "ready", "built in"
        if provider.is_local:
            if provider.name in self._locked:
                return "no key", f"set {provider.key_variable or 'api_key_command'}"
            runs = provider.name in self.local_servers
            return ("runs", provider.address) if runs else ("does not run", f"looked at {_host(provider.address)}")
        if provider.lacks:
            return "incomplete", f"set {provider.lacks}"
        if source := "api_key_command" if provider.key_command else environment_key(provider).source:
            return "ready", source
        if provider.name in self.kept_keys:
            return "ready", "keyring"
        if not provider.needs_key:
            return "ready", provider.address
        return "no key", f"set {provider.key_variable}"

    def choose(self, provider: str, model: str, why: str) -> None:
        """Let a provider answer in new sessions from now on, and at the next start."""
        self.choice = Choice(self.provider(provider).name, model, why)

    def remember(self, session: ChatSession) -> None:
        """Remember who answered last, for the next start; what the command line asked for holds for one run."""
        if self.options.provider or self.options.model or self.options.base_url:
            return
        save_state(last_provider=session.provider, last_model=session.model)

    async def client(self, name: str) -> ChatClient:
        """Return the open client of a provider; all turns of a run share it.

        Raises:
            ChatError: if there is no such provider, or its key cannot be read.
        """
        provider = self.provider(name)
        task = self._clients.get(name)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._clients[name] = asyncio.create_task(_opened(provider))
        # Shielded, since other turns may wait for the same client when one is stopped.
        return await asyncio.shield(task)

    async def keep_key(self, name: str, key: str) -> None:
        """Put a provider's key into the keyring and use it from now on; an empty one removes the key from there.

        Raises:
            ConfigError: if there is no keyring, or it refuses.
        """
        provider = self.provider(name)
        await (keep_key(provider, key) if key else forget_key(provider))
        self.kept_keys = kept_names()
        if name in self._clients:
            with suppress(ChatError):
                await (await self.client(name)).reset()

    async def prepare(self, name: str) -> None:
        """Load what the first prompt and the first request to a provider will need, before it is wanted.

        Imports and schemas take some 100 ms, which would stand between the first Enter and the request.
        """
        await asyncio.to_thread(prepare_commit)
        await asyncio.to_thread(build_schemas)
        # A provider that cannot be used says so when it is asked.
        with suppress(ConfigError, ProviderError):
            await asyncio.to_thread(prepare_client, self.provider(name))

    async def default_model(self, name: str) -> str:
        """Return the model to use where none was chosen: the provider's default, else the first it lists.

        Raises:
            ModelNotFound: if it lists none.
        """
        provider = self.provider(name)
        if provider.default_model:
            return provider.default_model
        models = await (await self.client(name)).models()
        if not models:
            raise ModelNotFound(f"{provider.label} offers no model.", provider=name)
        return models[0].name

    async def aclose(self) -> None:
        """Close the clients and the library."""
        for opened in await asyncio.gather(*self._clients.values(), return_exceptions=True):
            if isinstance(opened, ChatClient):
                await opened.aclose()
        self._clients.clear()
        await self.input_memory.aclose()
        await self.library.aclose()


def _host(base_url: str) -> str:
    return base_url.split("://")[-1].split("/")[0].replace("127.0.0.1", "localhost")


def _key_source(provider: Provider) -> KeySource:
    async def key() -> Key:
        return Key(*await read_key(provider))

    return key


async def _opened(provider: Provider) -> ChatClient:
    # In a thread: a client's first import takes as long as many frames.
    client = await asyncio.to_thread(make_client, provider, _key_source(provider))
    await client.open()
    return client


def _wishes(options: Options, settings: Settings) -> Wishes:
    state = load_state()
    return Wishes(
        provider_option=options.provider or ("openai" if options.base_url else ""),
        model_option=options.model,
        provider_variable=os.environ.get("TUI_CHAT_PROVIDER", ""),
        model_variable=os.environ.get("TUI_CHAT_MODEL", ""),
        provider_setting=settings.chat.provider,
        model_setting=settings.chat.model,
        last_provider=str(state.get("last_provider", "")),
        last_model=str(state.get("last_model", "")),
    )


def _redirect(providers: dict[str, Provider], choice: Choice, options: Options) -> Choice:
    """Point the chosen provider to the base URL of the command line; a server there may need no key."""
    provider = providers[choice.provider]
    changes = {"base_url": options.base_url, "default_model": "", "is_local": True}
    providers[provider.name] = provider.model_copy(update=changes)
    return choice._replace(why="because --base-url asks for it")
