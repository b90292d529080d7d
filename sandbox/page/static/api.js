// Calls the two control APIs and the house. Everything is JSON; a refusal is thrown with the words of the server.

const SLACK = "/slack/control/";
const TELNYX = "/telnyx/control/";
const HOUSE = "/control/";

export class RefusedError extends Error {}

async function call(method, url, body) {
  const request = { method, headers: {} };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const response = await fetch(url, request);
  const answer = await response.json();
  if (!response.ok) throw new RefusedError(words(answer, response.status));
  return answer;
}

/** A refusal's words: Slack's stand-in says `error`, Telnyx's `errors` or FastAPI's `detail`. */
function words(answer, status) {
  if (typeof answer.error === "string") return answer.error;
  const first = answer.errors?.[0] ?? answer.detail?.[0];
  return first?.detail ?? first?.title ?? first?.msg ?? `refused with status ${status}`;
}

const query = (fields) => new URLSearchParams(fields).toString();

export const slack = {
  look: (what, fields = {}) => call("GET", `${SLACK}${what}?${query(fields)}`),
  act: (what, body) => call("POST", `${SLACK}${what}`, body),
  calm: () => call("DELETE", `${SLACK}faults`),
};

export const telnyx = {
  look: (what, fields = {}) => call("GET", `${TELNYX}${what}?${query(fields)}`),
  act: (what, body) => call("POST", `${TELNYX}${what}`, body),
  calm: () => call("DELETE", `${TELNYX}faults`),
};

export const house = {
  look: (what) => call("GET", `${HOUSE}${what}`),
  act: (what) => call("POST", `${HOUSE}${what}`),
};
