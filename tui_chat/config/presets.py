"""The built-in providers, as data. A vendor that speaks a known protocol is one row."""

from __future__ import annotations

import os

from tui_chat.domain.providers import Protocol, Provider, Timeouts
from tui_chat.domain.settings import Settings

#: A local model may load for minutes before its first token.
_PATIENT = Timeouts(first_byte=None)


def _cloud(name: str, label: str, base_url: str, variable: str, page: str = "", model: str = "") -> Provider:
    return Provider(
        name=name, label=label, base_url=base_url, key_variable=variable, key_page=page, default_model=model
    )


def _local(name: str, label: str, port: int, variable: str = "") -> Provider:
    return Provider(
        name=name,
        label=label,
        base_url=f"http://127.0.0.1:{port}/v1",
        base_url_variable=variable,
        is_local=True,
        timeouts=_PATIENT,
    )


def presets() -> dict[str, Provider]:
    """Return the built-in providers by name, in the order they are tried and shown."""
    rows = (
        _cloud(
            "openai",
            "OpenAI",
            "https://api.openai.com/v1",
            "OPENAI_API_KEY",
            "platform.openai.com/api-keys",
            "gpt-5-mini",
        ).model_copy(update={"base_url_variable": "OPENAI_BASE_URL"}),
        _cloud("openrouter", "OpenRouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY", "openrouter.ai/keys"),
        _cloud("groq", "Groq", "https://api.groq.com/openai/v1", "GROQ_API_KEY", "console.groq.com/keys"),
        _cloud(
            "mistral",
            "Mistral",
            "https://api.mistral.ai/v1",
            "MISTRAL_API_KEY",
            "console.mistral.ai/api-keys",
            "mistral-small-latest",
        ),
        _cloud(
            "deepseek",
            "DeepSeek",
            "https://api.deepseek.com/v1",
            "DEEPSEEK_API_KEY",
            "platform.deepseek.com/api_keys",
            "deepseek-chat",
        ),
        _cloud("xai", "xAI", "https://api.x.ai/v1", "XAI_API_KEY", "console.x.ai"),
        _cloud(
            "together",
            "Together",
            "https://api.together.xyz/v1",
            "TOGETHER_API_KEY",
            "api.together.ai/settings/api-keys",
        ),
        _cloud(
            "fireworks",
            "Fireworks",
            "https://api.fireworks.ai/inference/v1",
            "FIREWORKS_API_KEY",
            "fireworks.ai/account/api-keys",
        ),
        _cloud("cerebras", "Cerebras", "https://api.cerebras.ai/v1", "CEREBRAS_API_KEY", "cloud.cerebras.ai"),
        _cloud(
            "perplexity",
            "Perplexity",
            "https://api.perplexity.ai",
            "PERPLEXITY_API_KEY",
            "perplexity.ai/settings/api",
            "sonar",
        ),
        _cloud(
            "github",
            "GitHub Models",
            "https://models.github.ai/inference",
            "GITHUB_TOKEN",
            "github.com/settings/tokens",
            "openai/gpt-4.1-mini",
        ),
        _cloud(
            "huggingface",
            "Hugging Face",
            "https://router.huggingface.co/v1",
            "HF_TOKEN",
            "huggingface.co/settings/tokens",
        ),
        _cloud("azure", "Azure OpenAI", "", "AZURE_OPENAI_API_KEY").model_copy(
            update={"base_url_variable": "AZURE_OPENAI_ENDPOINT", "key_header": "api-key"}
        ),
        _cloud(
            "abacus",
            "Abacus.AI",
            "https://routellm.abacus.ai/v1",
            "ABACUS_API_KEY",
            "abacus.ai/app/profile/apikey",
            "route-llm",
        ),
        _cloud("inkeep", "Inkeep", "https://api.inkeep.com/v1", "INKEEP_API_KEY", "", "inkeep-qa"),
        _local("ollama", "Ollama", 11434, "OLLAMA_HOST"),
        _local("lmstudio", "LM Studio", 1234),
        _local("llamacpp", "llama.cpp", 8080),
        _local("vllm", "vLLM", 8000),
        _local("jan", "Jan", 1337),
        _local("litellm", "LiteLLM", 4000),
        Provider(name="guide", label="guide", protocol=Protocol.GUIDE, default_model="guide", is_local=True),
        Provider(
            name="scripted", label="scripted", protocol=Protocol.SCRIPTED, default_model="scripted", is_local=True
        ),
    )
    return {row.name: row for row in rows}


def all_providers(settings: Settings) -> dict[str, Provider]:
    """Return the built-in providers and the user's, with the base URLs that the environment asks for."""
    return {name: _with_environment(one) for name, one in {**presets(), **settings.providers}.items()}


def _with_environment(provider: Provider) -> Provider:
    address = os.environ.get(provider.base_url_variable, "").strip() if provider.base_url_variable else ""
    if not address:
        return provider
    if provider.name == "ollama":
        address = _ollama_url(address)
    elif provider.name == "azure":
        address = f"{address.rstrip('/')}/openai/v1"
    return provider.model_copy(update={"base_url": address})


def _ollama_url(host: str) -> str:
    """Return the API's address from ``OLLAMA_HOST``, which may lack scheme and port and may mean all interfaces."""
    scheme, _, rest = host.rpartition("://")
    name, _, port = rest.rstrip("/").partition(":")
    name = "127.0.0.1" if name in ("", "0.0.0.0") else name  # noqa: S104  # it is compared, not bound to
    return f"{scheme or 'http'}://{name}:{port or 11434}/v1"
