// What this page asks of the server, and why that fails.

const requestTime = 10000; // ms for one request
const mostSaid = 200; // characters of what is answered
const mostEvent = 1 << 20; // characters of one event
const challenge = `Bearer realm="drawmesh"`;

// A Refusal is an answer that is not 200, of the server or of a proxy before it.
// said is what it says in words. ours is set where it is our server that refuses
// the token: a proxy says the like when its server is away.
export class Refusal extends Error {
  kind = "refused";

  constructor(response, text) {
    super(`${response.status} ${response.statusText}`);
    this.status = response.status;
    const isText = response.headers.get("Content-Type")?.startsWith("text/plain");
    this.said = (isText && firstLine(text)) || response.statusText;
    this.ours = response.headers.get("WWW-Authenticate") === challenge;
    this.retryAfter = Number(response.headers.get("Retry-After")) * 1000 || 0; // ms
  }
}

// A Stranger is what answers in the place of a server, such as the page of a
// network that wants to be signed in to.
export class Stranger extends Error {
  kind = "stranger";
}

// ask makes one request. Its path goes on from where the page is, for that may be
// anywhere below the server's name, and without the password that the page's own
// address may hold: no request takes one there. The token has a header of its own,
// since Authorization may be for a proxy.
/** @param {string} path @param {string | null} token @param {RequestInit} options */
export function ask(path, token, { headers = {}, ...options }) {
  const url = new URL(path, location.origin + location.pathname);
  return fetch(url, { ...options, headers: token ? { ...headers, "Drawmesh-Token": token } : headers });
}

// post sends one request, and gives the answer's text.
/** @param {string} path @param {string | null} token @param {unknown} [data] */
export async function post(path, token, data) {
  const response = await ask(path, token, {
    method: "POST",
    body: data === undefined ? undefined : JSON.stringify(data),
    signal: AbortSignal.timeout(requestTime),
  });
  const text = await response.text();
  if (!response.ok) throw new Refusal(response, text);
  if (text.trimStart().startsWith("<")) throw new Stranger("a page answers");
  return text;
}

// listen opens an event stream and hears { name, data, id } of each event, until
// the stream ends or the signal ends it. An EventSource does not tell why it was
// refused, and tries again by itself after some failures and never after others.
export async function listen(path, token, signal, onEvent) {
  const response = await ask(path, token, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal });
  if (response.status !== 200) throw new Refusal(response, await response.text());
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new Stranger("no event stream");
  const events = new Events(onEvent);
  const decoder = new TextDecoder();
  for (const reader = /** @type {ReadableStream} */ (response.body).getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    events.feed(decoder.decode(value, { stream: true }));
  }
}

// Events makes events of the text of a stream, as it comes (the HTML standard,
// section 9.2.6). Half an event is none.
export class Events {
  #onEvent;
  #rest = ""; // the beginning of a line
  #name = "";
  /** @type {string[]} */
  #data = [];
  #id = ""; // also of events that say none

  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  feed(text) {
    // A CR in the end may be half of a CRLF.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
    if (this.#rest.length > mostEvent) throw new Error("an event is too long");
  }

  #take(line) {
    if (line === "") {
      if (this.#data.length > 0) this.#onEvent({ name: this.#name || "message", data: this.#data.join("\n"), id: this.#id });
      this.#name = "";
      this.#data = [];
      return;
    }
    const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (field === "event") this.#name = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }
}

// decode reads JSON. Half of it, or what is no object, gives null.
export function decode(text) {
  try {
    const data = JSON.parse(text);
    return data !== null && typeof data === "object" ? data : null;
  } catch {
    return null;
  }
}

function firstLine(text) {
  return text.trim().split("\n")[0].replace(/\p{C}/gu, "").slice(0, mostSaid).trim();
}
