"""The built-in providers, as data. A vendor that speaks a known protocol is one row."""

from __future__ import annotations

import os
import re

from tui_chat.domain.providers import Protocol, Provider, Timeouts
from tui_chat.domain.settings import Settings

#: A local model may load for minutes before its first token.
_PATIENT = Timeouts.model_construct(first_byte=None)


def _cloud(name: str, label: str, base_url: str, variable: str, page: str, model: str) -> Provider:
    return Provider.model_construct(
        name=name, label=label, base_url=base_url, key_variable=variable, key_page=page, default_model=model
    )


def _local(name: str, label: str, port: int, variable: str, key_variable: str) -> Provider:
    return Provider.model_construct(
        name=name,
        label=label,
        base_url=f"http://127.0.0.1:{port}/v1",
        base_url_variable=variable,
        key_variable=key_variable,
        is_local=True,
        timeouts=_PATIENT,
    )


def _built_in(name: str, protocol: Protocol) -> Provider:
    return Provider.model_construct(name=name, label=name, protocol=protocol, default_model=name, is_local=True)


#: Vendors that speak Chat Completions where `_SPECIAL` names nothing else: name, label, base URL, variable of the key,
#: where keys are made, default model.
_CLOUD = (
    ("openai", "OpenAI", "https://api.openai.com/v1", "OPENAI_API_KEY", "platform.openai.com/api-keys", "gpt-5-mini"),
    (
        "openai-responses",
        "OpenAI Responses",
        "https://api.openai.com/v1",
        "OPENAI_API_KEY",
        "platform.openai.com/api-keys",
        "gpt-5-mini",
    ),
    (
        "anthropic",
        "Anthropic",
        "https://api.anthropic.com",
        "ANTHROPIC_API_KEY",
        "platform.claude.com/settings/keys",
        "claude-sonnet-5-5",
    ),
    (
        "gemini",
        "Gemini",
        "https://generativelanguage.googleapis.com",
        "GEMINI_API_KEY",
        "aistudio.google.com/apikey",
        "gemini-flash-latest",
    ),
    ("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "openrouter.ai/keys", ""),
    ("groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "console.groq.com/keys", ""),
    ("mistral", "Mistral", "https://api.mistral.ai/v1", "MISTRAL_API_KEY", "console.mistral.ai/api-keys", ""),
    ("deepseek", "DeepSeek", "https://api.deepseek.com/v1", "DEEPSEEK_API_KEY", "platform.deepseek.com/api_keys", ""),
    ("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY", "console.x.ai", ""),
    ("together", "Together", "https://api.together.xyz/v1", "TOGETHER_API_KEY", "api.together.ai", ""),
    ("fireworks", "Fireworks", "https://api.fireworks.ai/inference/v1", "FIREWORKS_API_KEY", "fireworks.ai", ""),
    ("cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "cloud.cerebras.ai", ""),
    ("perplexity", "Perplexity", "https://api.perplexity.ai", "PERPLEXITY_API_KEY", "perplexity.ai", "sonar"),
    (
        "github",
        "GitHub Models",
        "https://models.github.ai/inference",
        "GITHUB_TOKEN",
        "github.com/settings/tokens",
        "openai/gpt-4.1-mini",
    ),
    (
        "huggingface",
        "Hugging Face",
        "https://router.huggingface.co/v1",
        "HF_TOKEN",
        "huggingface.co/settings/tokens",
        "",
    ),
    ("azure", "Azure OpenAI", "", "AZURE_OPENAI_API_KEY", "", ""),
    (
        "abacus",
        "Abacus.AI",
        "https://routellm.abacus.ai/v1",
        "ABACUS_API_KEY",
        "abacus.ai/app/profile/apikey",
        "route-llm",
    ),
    # This one first: it needs nothing but the key, the other one the id of an integration, too.
    ("inkeep-chat", "Inkeep Chat", "https://api.inkeep.com/v1", "INKEEP_API_KEY", "", "inkeep-qa"),
    ("inkeep", "Inkeep", "https://api.inkeep.com", "INKEEP_API_KEY", "", "auto"),
)

#: What a few of them have besides.
_SPECIAL: dict[str, dict[str, object]] = {
    "openai": {"base_url_variable": "OPENAI_BASE_URL"},
    "openai-responses": {"protocol": Protocol.OPENAI_RESPONSES, "base_url_variable": "OPENAI_BASE_URL"},
    "anthropic": {
        "protocol": Protocol.ANTHROPIC,
        "key_header": "x-api-key",
        "base_url_variable": "ANTHROPIC_BASE_URL",
    },
    "gemini": {
        "protocol": Protocol.GEMINI,
        "key_header": "x-goog-api-key",
        "base_url_variable": "GOOGLE_GEMINI_BASE_URL",
        "more_key_variables": ("GOOGLE_API_KEY",),
    },
    "ollama": {"protocol": Protocol.OLLAMA, "base_url": "http://127.0.0.1:11434"},
    "abacus": {"protocol": Protocol.ABACUS, "base_url_variable": "ABACUS_BASE_URL"},
    "inkeep": {"protocol": Protocol.INKEEP, "base_url_variable": "INKEEP_BASE_URL"},
    "azure": {"base_url_variable": "AZURE_OPENAI_ENDPOINT", "key_header": "api-key"},
}

#: Servers on this machine: name, label, port, variable that moves them, variable of the key that they may ask for.
_LOCAL = (
    ("ollama", "Ollama", 11434, "OLLAMA_HOST", "OLLAMA_API_KEY"),
    ("lmstudio", "LM Studio", 1234, "", "LM_API_TOKEN"),
    ("llamacpp", "llama.cpp", 8080, "", "LLAMA_API_KEY"),
    ("vllm", "vLLM", 8000, "", "VLLM_API_KEY"),
    ("jan", "Jan", 1337, "", "JAN_API_KEY"),
    ("litellm", "LiteLLM", 4000, "", "LITELLM_API_KEY"),
)


def presets() -> dict[str, Provider]:
    """Return the built-in providers by name, in the order they are tried and shown."""
    rows = [*(_cloud(*row) for row in _CLOUD), *(_local(*row) for row in _LOCAL)]
    rows = [row.model_copy(update=_SPECIAL.get(row.name, {})) for row in rows]
    rows += [_built_in("guide", Protocol.GUIDE), _built_in("scripted", Protocol.SCRIPTED)]
    return {row.name: row for row in rows}


def all_providers(settings: Settings) -> dict[str, Provider]:
    """Return the built-in providers and the user's, with the base URLs that the environment asks for."""
    known = {name: _with_environment(one) for name, one in {**presets(), **settings.providers}.items()}
    if known["inkeep"].body.get("integration_id"):
        # Both have the same key; who names an integration wants the API that needs it.
        known["inkeep-chat"] = known.pop("inkeep-chat")
    return known


def _with_environment(provider: Provider) -> Provider:
    integration = os.environ.get("INKEEP_INTEGRATION_ID", "").strip()
    if provider.protocol is Protocol.INKEEP and integration:
        body = {"integration_id": integration, **provider.body}
        provider = provider.model_copy(update={"body": body})
    address = os.environ.get(provider.base_url_variable, "").strip() if provider.base_url_variable else ""
    if not address:
        return provider
    if provider.vendor == "ollama":
        address = _ollama_url(address)
    elif provider.vendor == "azure":
        address = f"{address.rstrip('/')}/openai/v1"
    return provider.model_copy(update={"base_url": address})


def _ollama_url(host: str) -> str:
    """Return the API's address from ``OLLAMA_HOST``, which may lack scheme and port and may mean all interfaces.

    As for Ollama itself, a missing port is 11434 only where the scheme is missing too.
    """
    scheme, found, rest = host.rpartition("://")
    name, slash, path = rest.rstrip("/").partition("/")
    has_port = re.search(r":\d+$", name) is not None
    name = re.sub(r"^(0\.0\.0\.0|\[::\])?(?=:\d+$|$)", "127.0.0.1", name)
    return f"{scheme or 'http'}://{name}{'' if has_port or found else ':11434'}{slash}{path}"
