-- The log of llm 0.27.1 after four prompts to a local server.
CREATE TABLE "conversations" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT,
   "model" TEXT
);
CREATE TABLE "responses" (
   "id" TEXT PRIMARY KEY,
   "model" TEXT,
   "prompt" TEXT,
   "system" TEXT,
   "prompt_json" TEXT,
   "options_json" TEXT,
   "response" TEXT,
   "response_json" TEXT,
   "conversation_id" TEXT REFERENCES "conversations"("id"),
   "duration_ms" INTEGER,
   "datetime_utc" TEXT,
   "input_tokens" INTEGER,
   "output_tokens" INTEGER,
   "token_details" TEXT,
   "schema_id" TEXT REFERENCES "schemas"("id")
, "resolved_model" TEXT);
CREATE TABLE "attachments" (
   "id" TEXT PRIMARY KEY,
   "type" TEXT,
   "path" TEXT,
   "url" TEXT,
   "content" BLOB
);
CREATE TABLE "prompt_attachments" (
   "response_id" TEXT REFERENCES "responses"("id"),
   "attachment_id" TEXT REFERENCES "attachments"("id"),
   "order" INTEGER,
   PRIMARY KEY ("response_id", "attachment_id")
);
INSERT INTO "conversations" VALUES('01m7yj961yx9136j1x2jg139f5', 'What is a monad?', 'small-model');
INSERT INTO "conversations" VALUES('01m7yj98sfcbaa7qfqdmkx751z', 'Look at this', 'small-model');
INSERT INTO "conversations" VALUES('01m7yj9a404j46mp663jz02669', 'Third talk, alone', 'small-model');
INSERT INTO "responses" VALUES('01m7yj95r7p0t1nxc335a1enrv', 'small-model', 'What is a monad?', 'Be brief.', '{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a monad?"}]}', '{}', 'FIRSTMARK5

The scheduler keeps a small queue of pendin


ENDMARK5
', '{"content": {"$": "r:01m7yj95r7p0t1nxc335a1enrv"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-5", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248396}', '01m7yj961yx9136j1x2jg139f5', 310, '2026-11-21T08:06:36.039740+00:00', 10, 12, NULL, NULL, NULL);
INSERT INTO "responses" VALUES('01m7yj9769yqf1fewygjjjj16x', 'small-model', 'And a functor?', NULL, '{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is a monad?"}, {"role": "assistant", "content": "FIRSTMARK5\n\nThe scheduler keeps a small queue of pendin\n\n\nENDMARK5\n"}, {"role": "user", "content": "And a functor?"}]}', '{}', 'FIRSTMARK6

The scheduler keeps a small queue of pendin


ENDMARK6
', '{"content": {"$": "r:01m7yj9769yqf1fewygjjjj16x"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-6", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248397}', '01m7yj961yx9136j1x2jg139f5', 299, '2026-11-21T08:06:37.513862+00:00', 10, 12, NULL, NULL, NULL);
INSERT INTO "responses" VALUES('01m7yj98ghj8zwrtcq3fhk2tcf', 'small-model', 'Look at this', NULL, '{"messages": [{"role": "user", "content": [{"type": "text", "text": "Look at this"}, {"type": "image_url", "image_url": {"url": "data:..."}}]}]}', '{}', 'FIRSTMARK7

The scheduler keeps a small queue of pendin


ENDMARK7
', '{"content": {"$": "r:01m7yj98ghj8zwrtcq3fhk2tcf"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-7", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248399}', '01m7yj98sfcbaa7qfqdmkx751z', 285, '2026-11-21T08:06:38.865732+00:00', 10, 12, NULL, NULL, NULL);
INSERT INTO "responses" VALUES('01m7yj99tny496v8z98w4m1hh8', 'small-model', 'Third talk, alone', NULL, '{"messages": [{"role": "user", "content": "Third talk, alone"}]}', '{}', 'FIRSTMARK8

The scheduler keeps a small queue of pendin


ENDMARK8
', '{"id": "chatcmpl-8", "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": {"$": "r:01m7yj99tny496v8z98w4m1hh8"}, "role": "assistant"}}], "created": 1795248400, "model": "small-model", "object": "chat.completion", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}}', '01m7yj9a404j46mp663jz02669', 298, '2026-11-21T08:06:40.213778+00:00', 10, 12, NULL, NULL, NULL);
INSERT INTO "attachments" VALUES('497790947d4666760ce38f3c00e852c71fdb66cae849bae8e9ede352719e1581', 'image/png', 'pixel.png', NULL, NULL);
INSERT INTO "prompt_attachments" VALUES('01m7yj98ghj8zwrtcq3fhk2tcf', '497790947d4666760ce38f3c00e852c71fdb66cae849bae8e9ede352719e1581', 0);
