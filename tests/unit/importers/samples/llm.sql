-- The log of llm 0.36 after four prompts to a local server.
CREATE TABLE "threads" (
   "id" TEXT PRIMARY KEY,
   "name" TEXT,
   "tip_message_hash" TEXT REFERENCES "messages"("hash"),
   "forked_from" TEXT REFERENCES "threads"("id"),
   "datetime_utc" TEXT
);
CREATE TABLE "messages" (
   "hash" TEXT PRIMARY KEY,
   "parent_hash" TEXT REFERENCES "messages"("hash"),
   "role" TEXT,
   "provider_metadata" TEXT
);
CREATE TABLE "parts" (
   "id" INTEGER PRIMARY KEY,
   "message_hash" TEXT REFERENCES "messages"("hash"),
   "position" INTEGER,
   "type" TEXT,
   "tool_name" TEXT,
   "text" TEXT,
   "payload" TEXT
);
CREATE TABLE "turns" (
   "id" TEXT PRIMARY KEY,
   "thread_id" TEXT REFERENCES "threads"("id"),
   "parent_message_hash" TEXT REFERENCES "messages"("hash"),
   "tip_message_hash" TEXT REFERENCES "messages"("hash"),
   "model" TEXT,
   "resolved_model" TEXT,
   "options_json" TEXT,
   "schema_id" TEXT REFERENCES "schemas"("id"),
   "input_tokens" INTEGER,
   "output_tokens" INTEGER,
   "token_details" TEXT,
   "duration_ms" INTEGER,
   "datetime_utc" TEXT
, "response_json" TEXT);
CREATE TABLE "attachments" (
   "id" TEXT PRIMARY KEY,
   "type" TEXT,
   "path" TEXT,
   "url" TEXT,
   "content" BLOB
);
CREATE TABLE "part_attachments" (
   "part_id" INTEGER REFERENCES "parts"("id"),
   "attachment_id" TEXT REFERENCES "attachments"("id"),
   "order" INTEGER,
   PRIMARY KEY ("part_id", "attachment_id", "order")
);
INSERT INTO "threads" VALUES('01m7yj83nxjrznbvpsx3ycdp7k', 'What is a monad?', 'b2:6faffdb554c64fb41486f47ada837f24', NULL, '2026-11-21 08:06:01.376986+00:00');
INSERT INTO "threads" VALUES('01m7yj87g0s4z50kp25eqbsgan', 'Look at this', 'b2:5b463ef40de8a82c5615e3e671f3812c', NULL, '2026-11-21 08:06:05.295631+00:00');
INSERT INTO "threads" VALUES('01m7yj8b03bfdd84xaeq7ack6h', 'Third talk, alone', 'b2:5691ab0d898fead8ee7e4b60379a9d2c', NULL, '2026-11-21 08:06:08.956288+00:00');
INSERT INTO "messages" VALUES('b2:074dea0bd0259e0d5dca16426a45e4f5', NULL, 'system', NULL);
INSERT INTO "messages" VALUES('b2:163cd3b17912e5fd205224228fa2074b', 'b2:074dea0bd0259e0d5dca16426a45e4f5', 'user', NULL);
INSERT INTO "messages" VALUES('b2:4b510a44f43bd68c9139b3a054ad3e21', 'b2:163cd3b17912e5fd205224228fa2074b', 'assistant', NULL);
INSERT INTO "messages" VALUES('b2:ac37f2902e5b9b34eb92dbd79cab0703', 'b2:4b510a44f43bd68c9139b3a054ad3e21', 'user', NULL);
INSERT INTO "messages" VALUES('b2:6faffdb554c64fb41486f47ada837f24', 'b2:ac37f2902e5b9b34eb92dbd79cab0703', 'assistant', NULL);
INSERT INTO "messages" VALUES('b2:b24ec2eccb0f438e1bad1545a397f99a', NULL, 'user', NULL);
INSERT INTO "messages" VALUES('b2:5b463ef40de8a82c5615e3e671f3812c', 'b2:b24ec2eccb0f438e1bad1545a397f99a', 'assistant', NULL);
INSERT INTO "messages" VALUES('b2:eb5a69d9dcbd2911756687fff67eb178', NULL, 'user', NULL);
INSERT INTO "messages" VALUES('b2:5691ab0d898fead8ee7e4b60379a9d2c', 'b2:eb5a69d9dcbd2911756687fff67eb178', 'assistant', NULL);
INSERT INTO "parts" VALUES(1, 'b2:074dea0bd0259e0d5dca16426a45e4f5', 0, 'text', NULL, 'Be brief.', NULL);
INSERT INTO "parts" VALUES(2, 'b2:163cd3b17912e5fd205224228fa2074b', 0, 'text', NULL, 'What is a monad?', NULL);
INSERT INTO "parts" VALUES(3, 'b2:4b510a44f43bd68c9139b3a054ad3e21', 0, 'text', NULL, 'FIRSTMARK1

The scheduler keeps a small queue of pendin


ENDMARK1
', NULL);
INSERT INTO "parts" VALUES(4, 'b2:ac37f2902e5b9b34eb92dbd79cab0703', 0, 'text', NULL, 'And a functor?', NULL);
INSERT INTO "parts" VALUES(5, 'b2:6faffdb554c64fb41486f47ada837f24', 0, 'text', NULL, 'FIRSTMARK2

The scheduler keeps a small queue of pendin


ENDMARK2
', NULL);
INSERT INTO "parts" VALUES(6, 'b2:b24ec2eccb0f438e1bad1545a397f99a', 0, 'text', NULL, 'Look at this', NULL);
INSERT INTO "parts" VALUES(7, 'b2:b24ec2eccb0f438e1bad1545a397f99a', 1, 'attachment', NULL, NULL, '{"attachment": {"id": "497790947d4666760ce38f3c00e852c71fdb66cae849bae8e9ede352719e1581"}}');
INSERT INTO "parts" VALUES(8, 'b2:5b463ef40de8a82c5615e3e671f3812c', 0, 'text', NULL, 'FIRSTMARK3

The scheduler keeps a small queue of pendin


ENDMARK3
', NULL);
INSERT INTO "parts" VALUES(9, 'b2:eb5a69d9dcbd2911756687fff67eb178', 0, 'text', NULL, 'Third talk, alone', NULL);
INSERT INTO "parts" VALUES(10, 'b2:5691ab0d898fead8ee7e4b60379a9d2c', 0, 'text', NULL, 'FIRSTMARK4

The scheduler keeps a small queue of pendin


ENDMARK4
', NULL);
INSERT INTO "turns" VALUES('01m7yj83ny9d9xjhqewnyabjyk', '01m7yj83nxjrznbvpsx3ycdp7k', 'b2:163cd3b17912e5fd205224228fa2074b', 'b2:4b510a44f43bd68c9139b3a054ad3e21', 'small-model', NULL, NULL, NULL, 10, 12, NULL, 225, '2026-11-21T08:06:01.150584+00:00', '{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248361}');
INSERT INTO "turns" VALUES('01m7yj85fxvz7byc57ztn61a9e', '01m7yj83nxjrznbvpsx3ycdp7k', 'b2:ac37f2902e5b9b34eb92dbd79cab0703', 'b2:6faffdb554c64fb41486f47ada837f24', 'small-model', NULL, NULL, NULL, 10, 12, NULL, 191, '2026-11-21T08:06:03.005431+00:00', '{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-2", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248363}');
INSERT INTO "turns" VALUES('01m7yj87g4hje28ma8q5hsqt00', '01m7yj87g0s4z50kp25eqbsgan', 'b2:b24ec2eccb0f438e1bad1545a397f99a', 'b2:5b463ef40de8a82c5615e3e671f3812c', 'small-model', NULL, NULL, NULL, 10, 12, NULL, 234, '2026-11-21T08:06:05.060902+00:00', '{"content": {"$": "0.0.text"}, "finish_reason": "stop", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}, "id": "chatcmpl-3", "object": "chat.completion.chunk", "model": "small-model", "created": 1795248365}');
INSERT INTO "turns" VALUES('01m7yj8b044rncg0d74zgp64r1', '01m7yj8b03bfdd84xaeq7ack6h', 'b2:eb5a69d9dcbd2911756687fff67eb178', 'b2:5691ab0d898fead8ee7e4b60379a9d2c', 'small-model', NULL, NULL, NULL, 10, 12, NULL, 310, '2026-11-21T08:06:08.644963+00:00', '{"id": "chatcmpl-4", "choices": [{"finish_reason": "stop", "index": 0, "message": {"content": {"$": "0.0.text"}, "role": "assistant"}}], "created": 1795248368, "model": "small-model", "object": "chat.completion", "usage": {"completion_tokens": 12, "prompt_tokens": 10, "total_tokens": 22}}');
INSERT INTO "attachments" VALUES('497790947d4666760ce38f3c00e852c71fdb66cae849bae8e9ede352719e1581', 'image/png', 'pixel.png', NULL, NULL);
INSERT INTO "part_attachments" VALUES(7, '497790947d4666760ce38f3c00e852c71fdb66cae849bae8e9ede352719e1581', 0);
