// Makes one call by the official library and prints what came of it as one line of JSON.
//
// Standard input: {serverURL, apiKey, operation: "create" | "continue", arguments: [...], timeoutMs?, retryConfig?}

const { InkeepAI } = require("@inkeep/ai-api");

async function call({ operation, arguments: given, ...options }) {
  const told = { kind: "", events: [], result: null, error: null };
  try {
    const result = await new InkeepAI(options).chatSession[operation](...given);
    told.kind = result.chatResultStream ? "stream" : "whole";
    told.result = result.chatResult ?? null;
    for await (const event of result.chatResultStream ?? []) {
      told.events.push(event);
    }
  } catch (error) {
    const { name, message, statusCode, contentType, body, detail } = error;
    told.error = { name, message, statusCode, contentType, body, detail };
  }
  return told;
}

async function main() {
  const pieces = [];
  for await (const piece of process.stdin) {
    pieces.push(piece);
  }
  const told = await call(JSON.parse(Buffer.concat(pieces).toString()));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}

main();
