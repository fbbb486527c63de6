-- The store of oterm after two prompts to a local server.
CREATE TABLE "chat" (
                        "id"            INTEGER,
                        "name"          TEXT,
                        "model"         TEXT NOT NULL,
                        "system"        TEXT,
                        "provider"      TEXT DEFAULT "ollama",
                        "parameters"    TEXT DEFAULT "{}",
                        "tools"         TEXT DEFAULT "[]",
                        "thinking"      BOOLEAN DEFAULT 0,
                        PRIMARY KEY("id" AUTOINCREMENT)
                    );
CREATE TABLE "message" (
                        "id"		INTEGER,
                        "chat_id"	INTEGER NOT NULL,
                        "author"	TEXT NOT NULL,
                        "text"		TEXT NOT NULL,
                        "images"    TEXT DEFAULT "[]",
                        PRIMARY KEY("id" AUTOINCREMENT),
                        FOREIGN KEY("chat_id") REFERENCES "chat"("id") ON DELETE CASCADE
                    );
INSERT INTO "chat" VALUES(1, 'chat #1 - fake-model:latest', 'fake-model:latest', NULL, 'ollama', '{"temperature": 0.7}', '[]', 0);
INSERT INTO "message" VALUES(1, 1, 'user', 'What is a monad?', '[]');
INSERT INTO "message" VALUES(2, 1, 'assistant', 'FIRSTMARK12

The scheduler keeps a small queue of pendin


ENDMARK12
', '[]');
INSERT INTO "message" VALUES(3, 1, 'user', 'And a functor?', '[]');
INSERT INTO "message" VALUES(4, 1, 'assistant', 'FIRSTMARK13

The scheduler keeps a small queue of pendin


ENDMARK13
', '[]');
