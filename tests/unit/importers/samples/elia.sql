-- The store of elia 1.10.0 after three prompts to a local server.
CREATE TABLE system_prompt (
	id INTEGER NOT NULL, 
	title VARCHAR NOT NULL, 
	prompt VARCHAR NOT NULL, 
	created_at DATETIME DEFAULT CURRENT_TIMESTAMP, 
	PRIMARY KEY (id)
);
CREATE TABLE chat (
	id INTEGER NOT NULL, 
	model VARCHAR NOT NULL, 
	title VARCHAR, 
	started_at DATETIME DEFAULT CURRENT_TIMESTAMP, 
	archived BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE message (
	id INTEGER NOT NULL, 
	chat_id INTEGER, 
	role VARCHAR NOT NULL, 
	content VARCHAR NOT NULL, 
	timestamp DATETIME DEFAULT CURRENT_TIMESTAMP, 
	meta JSON, 
	parent_id INTEGER, 
	model VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(chat_id) REFERENCES chat (id), 
	FOREIGN KEY(parent_id) REFERENCES message (id)
);
INSERT INTO "chat" VALUES(1, 'small', '', '2026-11-21 08:06:42.540587', 0);
INSERT INTO "chat" VALUES(2, 'small', '', '2026-11-21 08:07:21.945184', 0);
INSERT INTO "message" VALUES(1, 1, 'system', 'You are a helpful assistant named Elia.', '2026-11-21 08:06:42.540361', '{}', NULL, 'small');
INSERT INTO "message" VALUES(2, 1, 'user', 'What is a monad?', '2026-11-21 08:06:42.540361', '{}', NULL, 'small');
INSERT INTO "message" VALUES(3, 1, 'assistant', 'FIRSTMARK9

The scheduler keeps a small queue of pendin


ENDMARK9
', '2026-11-21 08:06:48.640242', '{}', NULL, 'small');
INSERT INTO "message" VALUES(4, 1, 'user', 'And a functor?', '2026-11-21 08:07:13.392380', '{}', NULL, 'small');
INSERT INTO "message" VALUES(5, 1, 'assistant', 'FIRSTMARK10

The scheduler keeps a small queue of pendin


ENDMARK10
', '2026-11-21 08:07:13.459140', '{}', NULL, 'small');
INSERT INTO "message" VALUES(6, 2, 'system', 'You are a helpful assistant named Elia.', '2026-11-21 08:07:21.943807', '{}', NULL, 'small');
INSERT INTO "message" VALUES(7, 2, 'user', 'Second talk', '2026-11-21 08:07:21.943807', '{}', NULL, 'small');
INSERT INTO "message" VALUES(8, 2, 'assistant', 'FIRSTMARK11

The scheduler keeps a small queue of pendin


ENDMARK11
', '2026-11-21 08:07:22.070307', '{}', NULL, 'small');
