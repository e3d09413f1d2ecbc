// Temporal as its Cloud is reached: over TLS, with an API key. Calls with the right key go on to a
// server that speaks in clear; of each call, what it was asked with is a line on standard output.
// node temporal_by_key.mjs CERTIFICATE KEY UPSTREAM API_KEY
import { readFileSync } from "node:fs";
import http2 from "node:http2";

const [certificate, key, upstream, apiKey] = process.argv.slice(2);
const UNAUTHENTICATED = "16";
const behind = http2.connect(`http://${upstream}`);
const front = http2.createSecureServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
});

front.on("stream", (asked, headers) => {
  const { ":path": path, authorization = null, "temporal-namespace": namespace = null } = headers;
  console.log(JSON.stringify({ path, authorization, namespace }));
  if (authorization !== `Bearer ${apiKey}`) {
    const refused = { "content-type": "application/grpc", "grpc-status": UNAUTHENTICATED };
    asked.respond({ ...refused, "grpc-message": "no such key" }, { endStream: true });
    return;
  }
  const answer = behind.request({ ...headers, ":scheme": "http", ":authority": upstream });
  asked.pipe(answer);
  answer.on("response", (given, flags) => {
    const isAll = Boolean(flags & http2.constants.NGHTTP2_FLAG_END_STREAM);
    let trailers = {};
    answer.on("trailers", (last) => (trailers = last));
    asked.on("wantTrailers", () => asked.sendTrailers(trailers));
    asked.respond(given, { endStream: isAll, waitForTrailers: !isAll });
    if (!isAll) answer.pipe(asked);
  });
  for (const stream of [asked, answer]) stream.on("error", () => stream.close());
});
front.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: front.address().port })));
