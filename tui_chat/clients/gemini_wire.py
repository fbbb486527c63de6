"""What Gemini sends, as far as it is read. Names are in camel case on the wire."""

from __future__ import annotations

from pydantic import AliasChoices, ConfigDict, Field
from pydantic.alias_generators import to_camel

from tui_chat.domain.record import Record


class Wire(Record):
    """Something that Gemini sent."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Blob(Wire):
    """Bytes in base64."""

    mime_type: str | None = None
    data: str | None = None


class ExecutableCode(Wire):
    """Code that the model wrote and the server runs."""

    language: str | None = None
    code: str | None = None


class CodeExecutionResult(Wire):
    """What came of the code."""

    outcome: str | None = None
    output: str | None = None


class Part(Wire):
    """A piece of a reply; one of its fields is set, besides ``thought`` and ``thought_signature``."""

    text: str | None = None
    thought: bool | None = None
    """Whether the text is reasoning."""
    thought_signature: str | None = None
    """Opaque, in base64."""
    inline_data: Blob | None = None
    executable_code: ExecutableCode | None = None
    code_execution_result: CodeExecutionResult | None = None
    function_call: dict[str, object] | None = None


class Content(Wire):
    """All pieces of a chunk."""

    parts: list[Part] | None = None


class Source(Wire):
    """A source of any kind: web, retrieved context, maps, image."""

    uri: str | None = Field(default=None, validation_alias=AliasChoices("uri", "sourceUri"))
    title: str | None = None
    license: str | None = None


class GroundingChunk(Wire):
    """A source of a grounded reply; one of its fields is set."""

    web: Source | None = None
    retrieved_context: Source | None = None
    maps: Source | None = None
    image: Source | None = None


class GroundingMetadata(Wire):
    """The sources of a grounded reply."""

    grounding_chunks: list[GroundingChunk] | None = None


class CitationMetadata(Wire):
    """What a reply quotes at length."""

    citation_sources: list[Source] | None = None


class SafetyRating(Wire):
    """How a filter judged."""

    category: str | None = None
    blocked: bool | None = None


class Candidate(Wire):
    """A reply, or a chunk of one."""

    index: int | None = None
    content: Content | None = None
    finish_reason: str | None = None
    finish_message: str | None = None
    safety_ratings: list[SafetyRating] | None = None
    grounding_metadata: GroundingMetadata | None = None
    citation_metadata: CitationMetadata | None = None


class PromptFeedback(Wire):
    """Why a prompt was blocked."""

    block_reason: str | None = None
    block_reason_message: str | None = None
    safety_ratings: list[SafetyRating] | None = None


class UsageMetadata(Wire):
    """Tokens so far; each chunk has them anew."""

    prompt_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    candidates_token_count: int | None = None
    thoughts_token_count: int | None = None


class Response(Wire):
    """A chunk of a stream, or a whole reply."""

    candidates: list[Candidate] | None = None
    prompt_feedback: PromptFeedback | None = None
    usage_metadata: UsageMetadata | None = None
    model_version: str | None = None
    response_id: str | None = None


class Model(Wire):
    """A model as it is listed."""

    name: str
    """With ``models/`` before it."""
    input_token_limit: int | None = None
    supported_generation_methods: list[str] | None = None
    thinking: bool | None = None
