// The console of the mock partner: shows what the control API tells, asks it to act. It knows no OCPI beyond names.
//
// Everything that is shown may come from a hostile partner: texts become text nodes, through `el`, and nothing else.

// How many exchanges are kept to look at, and how many lines of a body are shown at first.
const KEPT = 1000;
const LINES = 1500;
const WAIT_SECONDS = 20;
const RETRY_MS = 2000;
const STATE_MS = 4000;
const PAGE = 500;
const MOST_PLACES = 5000;
const SECRET = "control-secret";
const NARROW = matchMedia("(max-width: 960px)");

const at = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// What could make a text read as another one: control characters, and those that turn the direction of writing.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const visible = (text) => String(text).replace(UNSEEN, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined) node.append(child instanceof Node ? child : visible(child));
  }
  return node;
}

/** Makes an element; functions among the attributes are listeners, children that are no nodes are texts. */
const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const badge = (text, kind = "") => el("span", { class: `badge ${kind}` }, text);
const terms = (pairs, kind = "") =>
  el("dl", { class: kind }, pairs.filter(([, value]) => value !== "" && value !== undefined).map(([name, value]) => {
    const pair = [el("dt", {}, name), el("dd", {}, value)];
    return kind === "row" ? el("div", {}, pair) : pair;
  }));
const many = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

function notify(text, bad = false) {
  const line = el("p", { class: bad ? "bad" : "" }, text);
  at("notice").append(line);
  setTimeout(() => line.remove(), bad ? 9000 : 4000);
}

function copyButton(text, name) {
  if (!navigator.clipboard) return null;
  return el("button", { type: "button", class: "small", "aria-label": `Copy ${name}`, click: () => navigator.clipboard
    .writeText(text).then(() => notify(`Copied ${name}`), () => notify("The browser does not allow that", true)) }, "Copy");
}

// The control API ------------------------------------------------------------------------------------------------------

class Refusal extends Error {
  constructor(status, answer) {
    super(answer.error ?? `the control API answered with HTTP ${status}`);
    this.status = status;
    this.remedy = answer.remedy ?? "";
  }
}

let secret = "";

async function api(method, path, body) {
  const response = await fetch(`../control/${path}`, {
    method,
    headers: { Authorization: `Bearer ${secret}` },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

/** Shows why something did not work at `place`, or as a notice. */
function tell(error, place) {
  const said = error instanceof Refusal ? error.message : "The mock partner does not answer.";
  const remedy = error instanceof Refusal && error.remedy ? ` ${error.remedy}.` : "";
  if (place) place.replaceChildren(el("p", { class: "problem", role: "alert" }, `${said}${remedy && ` –${remedy}`}`));
  else notify(`${said}${remedy && ` –${remedy}`}`, true);
}

/** Has `act` done when `form` is sent; its buttons rest meanwhile. */
function whenSent(form, act, place) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    buttons.forEach((button) => { button.disabled = true; });
    try {
      await act();
    } catch (error) {
      tell(error, place?.());
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  });
}

// A list to choose from ------------------------------------------------------------------------------------------------

/** A listbox: arrow keys, Home and End choose, Enter goes on to what is shown, Escape comes back from there. */
class Choice {
  constructor(list, pane, { row, key, choose, enter }) {
    Object.assign(this, { list, pane, row, key, choose, enter: enter ?? (() => pane.focus()), chosen: undefined });
    this.items = new Map();
    this.options = new Map();
    this.made = 0;
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      this.select(option.dataset.key, true);
      // Where the list stands above, what was chosen would not be seen.
      if (NARROW.matches) pane.scrollIntoView({ block: "start" });
    });
    list.addEventListener("keydown", (event) => this.typed(event));
    pane.addEventListener("keydown", (event) => { if (event.key === "Escape") list.focus(); });
  }

  show(items, nothing) {
    this.items = new Map(items.map((item) => [String(this.key(item)), item]));
    this.options.clear();
    const options = items.map((item) => this.option(item));
    this.list.replaceChildren(...(options.length ? options : [el("li", { class: "nothing", role: "presentation" }, nothing)]));
    this.mark();
  }

  add(item) {
    if (!this.items.size) this.list.replaceChildren();
    this.items.set(String(this.key(item)), item);
    this.list.prepend(this.option(item));
  }

  drop(key) {
    this.items.delete(String(key));
    this.options.get(String(key))?.remove();
    this.options.delete(String(key));
  }

  option(item) {
    const key = String(this.key(item));
    this.made += 1;
    const option = el("li", { role: "option", id: `${this.list.id}-${this.made}`, "data-key": key, "aria-selected": String(key === this.chosen) }, this.row(item));
    this.options.set(key, option);
    return option;
  }

  select(key, byHand = false) {
    this.chosen = key === undefined ? undefined : String(key);
    this.mark();
    this.choose(this.items.get(this.chosen), byHand);
  }

  mark() {
    this.list.querySelectorAll("[aria-selected=true]").forEach((option) => option.setAttribute("aria-selected", "false"));
    const option = this.options.get(this.chosen);
    option?.setAttribute("aria-selected", "true");
    if (option) this.list.setAttribute("aria-activedescendant", option.id);
    else this.list.removeAttribute("aria-activedescendant");
    // Only within the list: the page itself stays where it is.
    if (option && option.offsetTop < this.list.scrollTop + this.list.offsetTop) this.list.scrollTop = option.offsetTop - this.list.offsetTop;
    const below = option ? option.offsetTop + option.offsetHeight - this.list.offsetTop - this.list.clientHeight : 0;
    if (below > this.list.scrollTop) this.list.scrollTop = below;
  }

  typed(event) {
    const keys = [...this.items.keys()];
    const here = keys.indexOf(this.chosen);
    const order = [...this.list.querySelectorAll("[role=option]")].map((option) => option.dataset.key);
    const place = here < 0 ? -1 : order.indexOf(this.chosen);
    const last = order.length - 1;
    const aims = { ArrowDown: Math.min(place + 1, last), ArrowUp: Math.max(place - 1, 0), Home: 0, End: last,
      PageDown: Math.min(place + 8, last), PageUp: Math.max(place - 8, 0) };
    if (event.key in aims && last >= 0) {
      event.preventDefault();
      this.select(order[aims[event.key]], true);
    } else if (event.key === "Enter" && this.items.has(this.chosen)) {
      event.preventDefault();
      this.enter(this.items.get(this.chosen));
    }
  }
}

// Views ----------------------------------------------------------------------------------------------------------------

const tabs = [...document.querySelectorAll("[role=tab]")];
const opened = {};
let view = "exchanges";

function open(name, focus = false) {
  if (view !== name) scrollTo(0, 0);
  view = name;
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    at(tab.getAttribute("aria-controls")).hidden = !chosen;
    if (chosen && focus) tab.focus();
  }
  opened[name]?.();
}

function tabKeys(event) {
  const here = tabs.findIndex((tab) => tab.id === `tab-${view}`);
  const aims = { ArrowRight: here + 1, ArrowLeft: here - 1 + tabs.length, Home: 0, End: tabs.length - 1 };
  if (!(event.key in aims)) return;
  event.preventDefault();
  open(tabs[aims[event.key] % tabs.length].getAttribute("aria-controls"), true);
}

// Exchanges ------------------------------------------------------------------------------------------------------------

const exchanges = new Map();
const moment = (seconds) => new Date(seconds * 1000).toISOString();

function addressOf(url) {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
}

function ocpiStatus(exchange) {
  try {
    return JSON.parse(exchange.response.body).status_code;
  } catch {
    return undefined;
  }
}

function outcome(exchange) {
  const http = exchange.response?.status;
  if (http === undefined) return { text: "no answer", kind: "bad" };
  const ocpi = exchange.ocpi;
  const text = ocpi === undefined ? `${http}` : `${http} · ${ocpi}`;
  if (http >= 400) return { text, kind: "bad" };
  return { text, kind: ocpi === undefined || (ocpi >= 1000 && ocpi < 2000) ? "good" : "warn" };
}

const inTrouble = (exchange) => exchange.errors > 0 || outcome(exchange).kind !== "good";

function exchangeRow(exchange) {
  const { text, kind } = outcome(exchange);
  const { module, interface: side, version } = exchange.context;
  return [
    el("div", { class: "top" },
      el("span", { class: `direction ${exchange.direction}` }, exchange.direction === "in" ? "← in" : "→ out"),
      el("span", { class: "name" }, `${exchange.request.method} ${module || "unknown"}`),
      el("span", { class: "end" },
        exchange.errors ? badge(many(exchange.errors, "error"), "bad") : null, badge(text, kind))),
    el("div", { class: "under" },
      el("span", { class: "path" }, addressOf(exchange.request.url).slice(0, 160)),
      [`${moment(exchange.started_at).slice(11, 23)} UTC`, `#${exchange.number}`, version, side].filter(Boolean).join(" · ")),
  ];
}

function fits(exchange) {
  const text = at("filter-text").value.trim().toLowerCase();
  const { request, response, context } = exchange;
  const texts = [exchange.summary, context.module, context.route, request.body, response?.body, `#${exchange.number}`];
  return (!at("filter-direction").value || exchange.direction === at("filter-direction").value)
    && (!at("filter-module").value || context.module === at("filter-module").value)
    && (!at("filter-trouble").checked || inTrouble(exchange))
    && (!text || texts.some((part) => part?.toLowerCase().includes(text)));
}

const exchangeList = new Choice(at("exchange-list"), at("exchange"), {
  row: exchangeRow,
  key: (exchange) => exchange.number,
  choose: (exchange, byHand) => {
    if (byHand) at("follow").checked = false;
    showExchange(exchange);
  },
});

function count() {
  const shown = exchangeList.items.size;
  at("exchange-count").textContent = shown === exchanges.size
    ? many(shown, "exchange") : `${shown} of ${many(exchanges.size, "exchange")}`;
}

function filterExchanges() {
  const found = [...exchanges.values()].filter(fits).reverse();
  exchangeList.show(found, exchanges.size ? "No exchange matches the filter." : "Nothing has been exchanged yet. Invite a partner, or let this one register: see Actions.");
  count();
}

function take(found) {
  const modules = at("filter-module");
  for (const exchange of found) {
    exchange.ocpi = ocpiStatus(exchange);
    exchanges.set(exchange.number, exchange);
    const module = exchange.context.module;
    if (module && ![...modules.options].some((option) => option.value === module)) modules.append(el("option", { value: module }, module));
    if (fits(exchange)) exchangeList.add(exchange);
  }
  for (const number of [...exchanges.keys()].slice(0, Math.max(exchanges.size - KEPT, 0))) {
    exchanges.delete(number);
    exchangeList.drop(number);
  }
  count();
  const newest = at("exchange-list").firstElementChild?.dataset.key;
  if (at("follow").checked && newest && newest !== exchangeList.chosen) exchangeList.select(newest);
}

async function showExchange(exchange) {
  const pane = at("exchange");
  if (!exchange) {
    pane.replaceChildren(el("p", { class: "nothing" }, "Choose an exchange to see its request and response."));
    return;
  }
  const { text, kind } = outcome(exchange);
  const { context } = exchange;
  const ids = Object.entries(context.ids).map(([name, value]) => `${name} ${value}`).join(", ");
  const head = [
    el("h2", {}, `#${exchange.number} ${exchange.request.method} ${context.module || "unknown endpoint"} `, badge(text, kind)),
    terms([
      ["From", exchange.direction === "in" ? "a partner to us" : "us to a partner"],
      ["At", `${moment(exchange.started_at).replace("T", " ").replace("Z", " UTC")}`],
      ["Took", `${Math.max((exchange.ended_at - exchange.started_at) * 1000, 0).toFixed(0)} ms`],
      ["OCPI", context.version], ["Interface", context.interface], ["Route", context.route], ["Ids", ids],
    ], "row"),
    exchange.error ? el("p", { class: "problem" }, exchange.error) : null,
  ].filter(Boolean);
  const lean = exchange.request.body === "" ? "lean" : "";
  const messages = (findings) => el("div", { class: `messages ${lean}` },
    messagePart(exchange, "request", findings.request), messagePart(exchange, "response", findings.response));
  const parts = messages({ request: [], response: [] });
  pane.replaceChildren(...head, parts);
  pane.scrollTop = 0;
  try {
    const findings = await api("GET", `exchanges/${exchange.number}/findings`);
    const still = exchangeList.chosen === String(exchange.number) && parts.isConnected;
    if (still && (findings.request.length || findings.response.length)) parts.replaceWith(messages(findings));
  } catch (error) {
    tell(error);
  }
}

function messagePart(exchange, part, findings) {
  const message = exchange[part];
  const name = part === "request" ? "Request" : "Response";
  if (!message) return el("section", { class: "message", "aria-label": name }, el("h3", {}, name), el("p", { class: "problem" }, "No complete response came."));
  const start = part === "request" ? `${message.method} ${message.url}` : `HTTP ${message.status}`;
  const text = message.body ?? message.body_latin1 ?? "";
  const shown = bodyOf(text, part, findings);
  const raw = el("pre", { hidden: true }, text);
  const toggle = el("button", { type: "button", class: "small", "aria-pressed": "false", click: () => {
    raw.hidden = !raw.hidden;
    shown.hidden = !shown.hidden;
    toggle.setAttribute("aria-pressed", String(shown.hidden));
  } }, "As sent");
  return el("section", { class: "message", "aria-label": name },
    el("h3", {}, name, el("span", { class: "buttons" }, text ? [toggle, copyButton(text, `the ${part} body`)] : null)),
    el("p", { class: "start" }, start),
    el("details", {}, el("summary", {}, many(message.headers.length, "header")),
      el("ul", { class: "headers" }, message.headers.map(([key, value]) => el("li", {}, el("b", {}, key), `: ${value}`)))),
    message.body_latin1 === undefined ? null : el("p", { class: "problem" }, "The body is not UTF-8; it is shown as Latin-1."),
    foundList(part, "error", findings), foundList(part, "notice", findings),
    text ? [shown, raw] : el("p", { class: "note" }, "No body."));
}

const lineId = (part, index) => `finding-${part}-${index}`;

function foundList(part, severity, findings) {
  const own = findings.map((finding, index) => [finding, index]).filter(([finding]) => finding.severity === severity);
  if (!own.length) return null;
  const heading = severity === "error" ? many(own.length, "schema error") : many(own.length, "notice");
  return el("details", { open: severity === "error" }, el("summary", {}, heading),
    el("ol", { class: `found ${severity}s` }, own.map(([finding, index]) => el("li", {},
      el("button", { type: "button", class: "text", click: () => jump(part, index) }, finding.pointer || "(the whole body)"),
      ` expected ${finding.expected}, got ${finding.actual}`))));
}

function jump(part, index) {
  const line = at(lineId(part, index));
  if (!line) return;
  line.tabIndex = -1;
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
}

// JSON -----------------------------------------------------------------------------------------------------------------

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs;
const escaped = (name) => String(name).replaceAll("~", "~0").replaceAll("/", "~1");

/** Breaks a valid JSON text into indented lines, each with the JSON Pointer of what begins there.

 * The tokens stay as they were sent: 1.0 stays 1.0, a name that is given twice is seen twice.
 */
function linesOf(text) {
  const lines = [];
  const stack = [];
  const tokens = text.match(TOKEN) ?? [];
  let line = { depth: 0, pointer: undefined, parts: [] };
  const place = () => {
    const around = stack.at(-1);
    return around ? `${around.pointer}/${around.list ? around.index : escaped(around.name)}` : "";
  };
  const next = () => {
    lines.push(line);
    line = { depth: stack.length, pointer: undefined, parts: [] };
  };
  tokens.forEach((token, index) => {
    const around = stack.at(-1);
    if (token === "{" || token === "[") {
      line.pointer = place();
      line.parts.push(["", token]);
      stack.push({ pointer: line.pointer, list: token === "[", index: 0, name: undefined });
      if (tokens[index + 1] !== "}" && tokens[index + 1] !== "]") next();
    } else if (token === "}" || token === "]") {
      stack.pop();
      if (tokens[index - 1] !== "{" && tokens[index - 1] !== "[") next();
      line.depth = stack.length;
      line.parts.push(["", token]);
    } else if (token === ",") {
      line.parts.push(["", token]);
      if (around.list) around.index += 1;
      else around.name = undefined;
      next();
    } else if (token === ":") {
      line.parts.push(["", ": "]);
    } else if (around && !around.list && around.name === undefined) {
      around.name = JSON.parse(token);
      line.parts.push(["key", token]);
    } else {
      line.pointer = place();
      line.parts.push([token[0] === '"' ? "string" : /^[-\d]/.test(token) ? "number" : "literal", token]);
    }
  });
  lines.push(line);
  return lines;
}

/** Returns the findings by the pointer of the line that they stand at: what is missing stands where it belongs. */
function placed(lines, findings) {
  const known = new Set(lines.map((line) => line.pointer));
  const found = new Map();
  findings.forEach((finding, index) => {
    let { pointer } = finding;
    while (pointer && !known.has(pointer)) pointer = pointer.slice(0, pointer.lastIndexOf("/"));
    found.set(pointer, [...(found.get(pointer) ?? []), [finding, index]]);
  });
  return found;
}

function bodyOf(text, part, findings) {
  try {
    JSON.parse(text);
  } catch (error) {
    return el("div", {}, text ? el("p", { class: "note" }, `No JSON: ${error.message}`) : null, el("pre", {}, text));
  }
  const lines = linesOf(text);
  const found = placed(lines, findings);
  const box = el("div", { class: "json", role: "group", tabindex: "0", "aria-label": `The ${part} body as indented JSON` });
  let done = 0;
  const more = (number) => {
    box.append(...lines.slice(done, done + number).flatMap((line) => lineNodes(line, part, found)));
    done = Math.min(done + number, lines.length);
  };
  // Up to the last finding at least, so that each of them can be jumped to.
  const last = lines.findLastIndex((line) => found.has(line.pointer)) + 1;
  more(Math.max(LINES, last));
  if (done === lines.length) return box;
  const button = el("button", { type: "button", class: "more", click: () => {
    more(lines.length);
    button.remove();
  } }, `Show ${lines.length - done} more lines`);
  return el("div", {}, box, button);
}

function lineNodes(line, part, found) {
  const own = found.get(line.pointer) ?? [];
  const worst = own.some(([finding]) => finding.severity === "error") ? "flawed" : "flawed notice";
  const node = el("div", { class: own.length ? worst : "" },
    line.parts.map(([kind, text]) => (kind ? el("span", { class: kind }, text) : text)));
  node.style.setProperty("--depth", Math.min(line.depth, 16));
  return [node, ...own.map(([finding, index]) => {
    const missing = finding.pointer !== line.pointer ? `${finding.pointer.split("/").at(-1)}: ` : "";
    const mark = finding.severity === "error" ? "✗" : "ⓘ";
    const why = el("div", { class: `why ${finding.severity}`, id: lineId(part, index) },
      `${mark} ${missing}expected ${finding.expected}, got ${finding.actual} [${[finding.kind, finding.anchor].filter(Boolean).join(", ")}]`);
    why.style.setProperty("--depth", Math.min(line.depth, 16));
    return why;
  })];
}

// State and partners ---------------------------------------------------------------------------------------------------

let state = {};
const partyText = (party) => `${party.role} ${party.country_code}*${party.party_id}`;
const STATES = { registered: "good", invited: "info", ended: "" };

async function refreshState() {
  state = await api("GET", "state");
  at("parties").replaceChildren(...state.parties.map((party) => el("li", {}, `${partyText(party)} · ${party.name}`)));
  const armed = state.armed.length ? ` · ${many(state.armed.length, "fault")} armed` : "";
  at("facts").textContent = visible(`OCPI ${state.versions.join(", ")} · ${clockText(state.clock)}${armed}`);
  if (view === "partners") showPartners();
  return state;
}

const clockText = (clock) => `${clock.mode} clock ${clock.now.replace("T", " ").replace("Z", " UTC")}`;

function showPartners() {
  at("connections").replaceChildren(...(state.connections.length ? state.connections.map(connectionCard)
    : [el("p", { class: "note" }, "There is no partner yet. Invite one, or run register_with_partner under Actions.")]));
  at("self").replaceChildren(...terms([
    ["Versions URL", [el("code", {}, state.versions_url), " ", copyButton(state.versions_url, "the versions URL")]],
    ["Parties", state.parties.map((party) => el("div", {}, `${partyText(party)} · ${party.name}`))],
    ["OCPI", state.versions.join(", ")],
    ["Clock", clockText(state.clock)],
    ["Exchanges", String(state.exchanges)],
  ]).childNodes);
  at("advance").hidden = state.clock.mode !== "stepped";
  const { own, received } = state.objects;
  const names = [...new Set([...Object.keys(own), ...Object.keys(received)])].filter((name) => own[name] || received[name]).sort();
  at("objects").replaceChildren(names.length ? el("table", {},
    el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Module"), el("th", { scope: "col", class: "number" }, "Published"), el("th", { scope: "col", class: "number" }, "Received"))),
    el("tbody", {}, names.map((name) => el("tr", {}, el("td", {}, name),
      el("td", { class: "number" }, String(own[name] ?? 0)), el("td", { class: "number" }, String(received[name] ?? 0))))),
  ) : el("p", { class: "note" }, "None."));
  at("failures-card").hidden = !state.failures.length;
  at("failures").replaceChildren(...state.failures.map((line) => el("li", {}, line)));
}

function connectionCard(connection) {
  return el("div", { class: "partner" },
    el("h3", {}, connection.partner || "A partner without a name", badge(connection.state, STATES[connection.state] ?? "")),
    terms([
      ["Parties", connection.parties.map(partyText).join(", ")],
      ["OCPI", connection.version],
      ["Versions URL", connection.versions_url],
      ["Modules", connection.modules.length ? el("ul", { class: "modules" }, connection.modules.map((name) => el("li", {}, badge(name)))) : ""],
    ]));
}

// The map --------------------------------------------------------------------------------------------------------------

// EVSE status to the group of its colour, and the groups in words.
const GROUPS = { AVAILABLE: "available", CHARGING: "charging", BLOCKED: "busy", RESERVED: "busy",
  INOPERATIVE: "down", OUTOFORDER: "down", PLANNED: "planned" };
const GROUP_NAMES = { available: "available", charging: "charging", busy: "blocked or reserved", down: "out of order",
  planned: "planned", gone: "removed or unknown" };
const groupOf = (status) => GROUPS[status] ?? "gone";
const places = new Map();
const chart = { x: 0.5, y: 0.5, scale: 1, points: new Map(), found: "", outlines: undefined };

const evsesOf = (place) => (Array.isArray(place.evses) ? place.evses : []);
const placeKey = (place) => [place.country_code, place.party_id, place.id].join("*");

function tally(items) {
  const counts = new Map();
  items.forEach((item) => counts.set(item, (counts.get(item) ?? 0) + 1));
  return counts;
}

function placeRow(place) {
  return [
    el("div", { class: "top" }, el("span", { class: "name" }, place.name || place.id || "(no name)"),
      el("span", { class: "end" }, el("span", { class: "under" }, many(evsesOf(place).length, "EVSE")))),
    el("div", { class: "under" }, [place.address, place.city, place.country].filter(Boolean).join(", ")),
    el("div", { class: "under" }, [...tally(evsesOf(place).map((evse) => String(evse.status)))].map(([status, number]) => [
      el("span", { class: `swatch s-${groupOf(status)}` }), `${number} ${status}  `])),
  ];
}

const placeList = new Choice(at("place-list"), at("place"), {
  row: placeRow,
  key: placeKey,
  choose: (place) => {
    showPlace(place);
    draw();
  },
});

/** Returns the Locations, MOST_PLACES of them at most, and how many there are. */
async function listPlaces(of) {
  const found = [];
  for (;;) {
    const page = await api("GET", `objects?module=locations&of=${of}&offset=${found.length}&limit=${PAGE}`);
    found.push(...page.objects);
    if (!page.objects.length || found.length >= Math.min(page.total, MOST_PLACES)) return { found, total: page.total };
  }
}

async function refreshMap() {
  const of = at("map-of").value;
  const { found, total } = await listPlaces(of);
  if (of !== at("map-of").value) return;
  const text = JSON.stringify([of, found]);
  if (text === chart.found) return;
  const other = chart.found.slice(0, 6) !== text.slice(0, 6) || !chart.points.size;
  chart.found = text;
  places.clear();
  found.forEach((place) => places.set(placeKey(place), place));
  chart.points = new Map([...places].map(([key, place]) => [key, project(place)]).filter(([, point]) => point));
  const { scrollTop } = at("place-list");
  placeList.show([...places.values()], of === "own" ? "It publishes no Locations." : "It has received no Locations yet.");
  at("place-list").scrollTop = scrollTop;
  const without = places.size - chart.points.size;
  at("place-count").textContent = (total > found.length ? `The first ${found.length} of ` : "") + many(total, "Location") + (without ? `, ${without} without usable coordinates` : "");
  const groups = tally(found.flatMap(evsesOf).map((evse) => groupOf(evse.status)));
  at("legend").replaceChildren(...Object.keys(GROUP_NAMES).filter((group) => groups.has(group)).map((group) =>
    el("li", {}, el("span", { class: `swatch s-${group}` }), `${groups.get(group)} ${GROUP_NAMES[group]}`)));
  if (other) fitMap();
  else draw();
  if (placeList.chosen !== undefined) showPlace(places.get(placeList.chosen));
}

/** Returns where a Location lies in the Mercator projection, from 0 to 1 each way, or nothing. */
function project({ coordinates }) {
  const [latitude, longitude] = [coordinates?.latitude, coordinates?.longitude].map((text) => (text === "" ? NaN : Number(text)));
  if (!(Math.abs(latitude) <= 85) || !(Math.abs(longitude) <= 180)) return null;
  return { x: longitude / 360 + 0.5, y: mercator(latitude) };
}

const mercator = (latitude) => 0.5 - Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) / (2 * Math.PI);
const latitudeOf = (y) => (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 360) / Math.PI - 90;
const sizeOf = () => ({ width: at("chart").clientWidth || 600, height: at("chart").clientHeight || 400 });

function fitMap() {
  const points = [...chart.points.values()];
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  const [left, right, top, bottom] = points.length
    ? [xs, ys].flatMap((values) => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]) : [0, 1, 0, 1];
  const { width, height } = sizeOf();
  chart.x = (left + right) / 2;
  chart.y = (top + bottom) / 2;
  // No closer than some hundred metres, which is all there is to see of a single Location.
  chart.scale = Math.min((width - 90) / Math.max(right - left, 1e-5), (height - 90) / Math.max(bottom - top, 1e-5));
  draw();
}

function zoom(factor, x = 0, y = 0) {
  const scale = Math.min(Math.max(chart.scale * factor, 200), 5e8);
  chart.x += x / chart.scale - x / scale;
  chart.y += y / chart.scale - y / scale;
  chart.scale = scale;
  draw();
}

/** Loads the borders and coasts, once; the map does without them as well. */
async function loadOutlines() {
  if (chart.outlines) return;
  chart.outlines = [];
  const { parts, lines } = await fetch("outlines.json").then((response) => response.json()).catch(() => ({ lines: [] }));
  chart.outlines = lines.map((steps) => {
    let [longitude, latitude] = [0, 0];
    const points = [];
    for (let index = 0; index < steps.length; index += 2) {
      longitude += steps[index] / parts;
      latitude += steps[index + 1] / parts;
      points.push([longitude / 360 + 0.5, mercator(Math.min(Math.max(latitude, -85), 85))]);
    }
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    return { points, left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  });
  draw();
}

/** Returns the path of the outlines that are in sight; `place` turns a point of the projection into one of the chart. */
function outlinePath(place, width, height) {
  const [x, y] = [width / 2 / chart.scale, height / 2 / chart.scale];
  return (chart.outlines ?? [])
    .filter(({ left, right, top, bottom }) => right > chart.x - x && left < chart.x + x && bottom > chart.y - y && top < chart.y + y)
    .map(({ points }) => `M${points.map((point) => {
      const at = place(...point);
      return `${at.x.toFixed(1)} ${at.y.toFixed(1)}`;
    }).join("L")}`).join("");
}

/** Returns the lines of latitude or longitude to draw: round degrees, a handful of them. */
function graticule(from, to) {
  const steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45];
  const step = steps.find((size) => (to - from) / size <= 7) ?? 90;
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.max(Math.floor(to / step) - first + 1, 0) }, (_, index) => {
    const degrees = (first + index) * step;
    return { degrees, text: `${Math.abs(degrees).toFixed(step < 1 ? Math.ceil(-Math.log10(step)) : 0)}°` };
  });
}

function draw() {
  if (view !== "map") return;
  const { width, height } = sizeOf();
  const place = (x, y) => ({ x: (x - chart.x) * chart.scale + width / 2, y: (y - chart.y) * chart.scale + height / 2 });
  const [west, east] = [-1, 1].map((side) => (chart.x + (side * width) / 2 / chart.scale - 0.5) * 360);
  const [north, south] = [-1, 1].map((side) => latitudeOf(chart.y + (side * height) / 2 / chart.scale));
  const lines = [
    ...graticule(Math.max(west, -180), Math.min(east, 180)).flatMap(({ degrees, text }) => {
      const { x } = place(degrees / 360 + 0.5, 0);
      return [svg("line", { class: "grid", x1: x, x2: x, y1: 0, y2: height }), svg("text", { x: x + 4, y: height - 6 }, text + (degrees < 0 ? " W" : " E"))];
    }),
    ...graticule(Math.max(south, -85), Math.min(north, 85)).flatMap(({ degrees, text }) => {
      const { y } = place(0, mercator(degrees));
      return [svg("line", { class: "grid", x1: 0, x2: width, y1: y, y2: y }), svg("text", { x: 4, y: y - 4 }, text + (degrees < 0 ? " S" : " N"))];
    }),
  ];
  const dots = [...chart.points].map(([key, point]) => ({ key, ...place(point.x, point.y) }))
    .filter(({ x, y }) => x > -20 && y > -20 && x < width + 20 && y < height + 20)
    // The chosen one lies on top.
    .sort((a, b) => (a.key === placeList.chosen) - (b.key === placeList.chosen))
    .map(({ key, x, y }) => dot(key, x, y));
  at("chart").setAttribute("viewBox", `0 0 ${width} ${height}`);
  at("chart").replaceChildren(...lines, svg("path", { class: "outline", d: outlinePath(place, width, height) }), ...dots);
}

/** Draws a Location as a pie of the statuses of its EVSEs. */
function dot(key, x, y) {
  const place = places.get(key);
  const evses = evsesOf(place);
  const chosen = key === placeList.chosen;
  let done = 0;
  const parts = [...tally(evses.map((evse) => groupOf(evse.status)))].map(([group, number]) => {
    const share = number / evses.length;
    // A circle drawn as a thick line of which only a share is drawn.
    const part = svg("circle", { class: `part s-${group}`, r: 3.75, "stroke-width": 7.5, pathLength: 1,
      "stroke-dasharray": share < 1 ? `${share} ${1 - share}` : undefined, "stroke-dashoffset": -done });
    done += share;
    return part;
  });
  return svg("g", { class: `dot${chosen ? " chosen" : ""}`, transform: `translate(${x} ${y})`, "data-key": key,
    click: () => placeList.select(key, true) },
  svg("title", {}, `${place.name || place.id}: ${[...tally(evses.map((evse) => evse.status))].map(([status, number]) => `${number} ${status}`).join(", ")}`),
  svg("circle", { class: "rim", r: chosen ? 10 : 8.5 }), parts,
  chosen ? svg("text", { class: "name", x: 14, y: 4 }, String(place.name || place.id)) : null);
}

const STATUS_KINDS = { available: "good", charging: "info", busy: "warn", down: "bad" };

function showPlace(place) {
  if (!place) {
    at("place").replaceChildren(el("p", { class: "note" }, "Choose a Location on the map or in the list."));
    return;
  }
  const change = (evse) => at("map-of").value === "own" ? el("button", { type: "button", class: "small",
    "aria-label": `Change the status of EVSE ${evse.uid}`,
    click: () => prepare("change_evse_status", { location_id: place.id, evse_uid: evse.uid }) }, "Change status") : null;
  at("place").replaceChildren(
    el("h2", {}, place.name || place.id),
    terms([["Id", placeKey(place)], ["Address", [place.address, place.postal_code, place.city, place.country].filter(Boolean).join(", ")],
      ["Coordinates", `${place.coordinates?.latitude}, ${place.coordinates?.longitude}`], ["Last updated", place.last_updated]], "row"),
    ...evsesOf(place).length ? [el("table", { class: "folding" },
      el("thead", {}, el("tr", {}, ["EVSE", "Status", "Connectors", ""].map((name) => el("th", { scope: "col" }, name || el("span", { class: "unseen" }, "Act"))))),
      el("tbody", {}, evsesOf(place).map((evse) => el("tr", {}, el("td", {}, evse.evse_id ?? evse.uid),
        el("td", {}, badge(evse.status, STATUS_KINDS[groupOf(evse.status)] ?? "")),
        el("td", {}, (evse.connectors ?? []).map((plug) => el("div", {}, [plug.standard, plug.power_type].filter(Boolean).join(", ")))),
        el("td", {}, change(evse))))))] : [el("p", { class: "note" }, "It has no EVSEs.")],
    el("details", {}, el("summary", {}, "As JSON"), bodyOf(JSON.stringify(place), "object", [])));
}

function moveMap() {
  const box = at("chart");
  let last = null;
  box.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { width, height } = sizeOf();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, event.offsetX - width / 2, event.offsetY - height / 2);
  }, { passive: false });
  box.addEventListener("pointerdown", (event) => { last = event.target.closest(".dot") ? null : { x: event.clientX, y: event.clientY }; });
  box.addEventListener("pointermove", (event) => {
    if (!last || !event.buttons) return;
    chart.x -= (event.clientX - last.x) / chart.scale;
    chart.y -= (event.clientY - last.y) / chart.scale;
    last = { x: event.clientX, y: event.clientY };
    draw();
  });
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  box.addEventListener("keydown", (event) => {
    if (event.key in moves) {
      event.preventDefault();
      chart.x += (moves[event.key][0] * 60) / chart.scale;
      chart.y += (moves[event.key][1] * 60) / chart.scale;
      draw();
    } else if (event.key === "+" || event.key === "-") {
      zoom(event.key === "+" ? 1.5 : 1 / 1.5);
    }
  });
  at("zoom-in").addEventListener("click", () => zoom(1.5));
  at("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
  at("zoom-fit").addEventListener("click", fitMap);
  at("map-of").addEventListener("change", () => {
    placeList.select(undefined);
    refreshMap().catch(tell);
  });
  addEventListener("resize", draw);
}

// Actions --------------------------------------------------------------------------------------------------------------

let triggers = [];
// Where the values of an argument can be found: the module and the field of its objects.
const SUGGESTED = { location_id: ["locations", "id"], session_id: ["sessions", "id"], tariff_id: ["tariffs", "id"],
  cdr_id: ["cdrs", "id"], token_uid: ["tokens", "uid"] };
const CHOICES = {
  change_evse_status: { status: ["AVAILABLE", "BLOCKED", "CHARGING", "INOPERATIVE", "OUTOFORDER", "PLANNED", "REMOVED", "RESERVED", "UNKNOWN"] },
  send_command: { command: ["CANCEL_RESERVATION", "RESERVE_NOW", "START_SESSION", "STOP_SESSION", "UNLOCK_CONNECTOR"] },
};

// The texts are those of the code, which mark names in it.
const meaningOf = (trigger) => trigger.meaning.replaceAll("`", "");

const actionList = new Choice(at("action-list"), at("action"), {
  row: (trigger) => [el("div", { class: "name" }, trigger.name), el("div", { class: "under" }, meaningOf(trigger))],
  key: (trigger) => trigger.name,
  choose: (trigger) => showAction(trigger),
  enter: () => at("action").querySelector("input, button")?.focus(),
});

function filterActions() {
  const text = at("action-filter").value.trim().toLowerCase();
  actionList.show(triggers.filter((trigger) => `${trigger.name} ${trigger.meaning}`.toLowerCase().includes(text)), "No action matches.");
}

function showAction(trigger, given = {}) {
  if (!trigger) {
    at("action").replaceChildren(el("p", { class: "nothing" }, "Choose an action."));
    return;
  }
  const result = el("div", { id: "action-result", role: "status" });
  const form = el("form", {},
    trigger.arguments.map((name) => argumentField(trigger, name, given[name] ?? "")),
    trigger.further ? [el("label", { for: "further" }, "Further arguments ", el("span", { class: "hint" }, "(a JSON object, optional)")),
      el("textarea", { id: "further", rows: "4", spellcheck: "false", placeholder: "{}" })] : null,
    el("button", { class: "main" }, "Run"));
  at("action").replaceChildren(el("h2", {}, trigger.name), el("p", {}, meaningOf(trigger)), form, result);
  whenSent(form, async () => {
    result.replaceChildren(el("p", { class: "note" }, "Running…"));
    const done = await api("POST", "trigger", { name: trigger.name, arguments: argumentsOf(trigger, form) });
    showResult(result, done);
    await refreshState();
  }, () => result);
}

function argumentField(trigger, name, value) {
  const required = trigger.required.includes(name);
  const id = `argument-${name}`;
  const suggestions = el("datalist", { id: `${id}-known` }, (CHOICES[trigger.name]?.[name] ?? []).map((text) => el("option", { value: text })));
  if (name in SUGGESTED) suggest(suggestions, ...SUGGESTED[name]);
  return [
    el("label", { for: id }, `${name} `, el("span", { class: "hint" }, required ? "(required)" : "(optional)")),
    el("input", { id, name, value, required, autocomplete: "off", spellcheck: "false", list: `${id}-known` }),
    suggestions,
  ];
}

/** Fills in the ids of known objects; that they are missing hinders nobody. */
async function suggest(list, module, field) {
  for (const of of ["own", "received"]) {
    const page = await api("GET", `objects?module=${module}&of=${of}&limit=100`).catch(() => ({ objects: [] }));
    list.append(...page.objects.map((item) => el("option", { value: String(item[field]) })));
  }
}

function argumentsOf(trigger, form) {
  const given = {};
  for (const name of trigger.arguments) {
    const text = form.elements[name].value.trim();
    if (text) given[name] = text[0] === "{" ? parsed(text, name) : text;
  }
  const further = form.elements.further?.value.trim();
  return { ...given, ...(further ? parsed(further, "further arguments") : {}) };
}

function parsed(text, name) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal(0, { error: `${name}: ${error.message}`, remedy: "Write JSON" });
  }
}

function showResult(place, done) {
  place.replaceChildren(
    el("p", { class: "done" }, `Done. ${done.exchanges.length ? `${many(done.exchanges.length, "exchange")}:` : "Nothing was sent."}`),
    el("ul", { class: "steps" }, done.exchanges.map((number) => el("li", {}, el("button", { type: "button", click: () => goTo(number) }, `#${number}`)))),
    ...(done.result === null ? [] : [el("h3", {}, "Result"), bodyOf(JSON.stringify(done.result), "result", [])]));
}

async function goTo(number) {
  try {
    if (!exchanges.has(number)) take([await api("GET", `exchanges/${number}`)]);
    at("filter").reset();
    at("follow").checked = false;
    filterExchanges();
    open("exchanges");
    exchangeList.select(number, true);
    at("exchange").focus();
  } catch (error) {
    tell(error);
  }
}

function prepare(name, given) {
  const trigger = triggers.find((known) => known.name === name);
  if (!trigger) return;
  at("action-filter").value = "";
  filterActions();
  open("actions");
  actionList.select(name);
  showAction(trigger, given);
  at("action").querySelector("form button").focus();
}

// Faults ---------------------------------------------------------------------------------------------------------------

let faults = { armed: [], known: [] };
const isArmed = (name) => faults.armed.some((fault) => fault.name === name);

const faultList = new Choice(at("fault-list"), at("fault"), {
  row: (fault) => [el("div", { class: "top" }, el("span", { class: "name" }, fault.name), el("span", { class: "end" }, isArmed(fault.name) ? badge("armed", "warn") : null)),
    el("div", { class: "under" }, fault.breaks ? `breaks ${fault.breaks}` : "legal, only unusual")],
  key: (fault) => fault.name,
  choose: (fault) => showFault(fault),
  enter: (fault) => bend(isArmed(fault.name) ? () => disarm(fault.name) : () => arm({ name: fault.name })),
});

const arm = (body) => api("POST", "faults", body);
const disarm = (name) => api("DELETE", `faults/${encodeURIComponent(name)}`);

/** Arms or disarms something and shows what holds then. */
async function bend(act) {
  try {
    await act();
    await refreshFaults();
    await refreshState();
  } catch (error) {
    tell(error);
  }
}

async function refreshFaults() {
  faults = await api("GET", "faults");
  const { scrollTop } = at("fault-list");
  filterFaults();
  at("fault-list").scrollTop = scrollTop;
  showFault(faults.known.find((fault) => fault.name === faultList.chosen));
  at("disarm-all").disabled = !faults.armed.length;
  at("armed").replaceChildren(...(faults.armed.length ? faults.armed.map(armedCard) : [el("p", { class: "note" }, "Nothing: it behaves as the specification says.")]));
}

function filterFaults() {
  const text = at("fault-filter").value.trim().toLowerCase();
  faultList.show(faults.known.filter((fault) => `${fault.name} ${fault.breaks}`.toLowerCase().includes(text)), "No fault matches.");
}

function showFault(fault) {
  if (!fault) {
    at("fault").replaceChildren(el("p", { class: "note" }, "Choose a fault and press Enter, or its button here, to arm it."));
    return;
  }
  const armed = isArmed(fault.name);
  at("fault").replaceChildren(el("h2", {}, fault.name),
    el("p", {}, fault.breaks ? `As long as it is armed, this partner breaks ${fault.breaks}.` : "A profile: unusual, but legal."),
    el("p", {}, el("button", { type: "button", class: armed ? "" : "main", click: () => bend(armed ? () => disarm(fault.name) : () => arm({ name: fault.name })) }, armed ? "Disarm" : "Arm")));
}

function armedCard(fault) {
  return el("div", { class: "partner" },
    el("h3", {}, fault.name, el("span", { class: "badge info" }, many(fault.seen, "message") + " matched"),
      el("button", { type: "button", class: "small", "aria-label": `Disarm ${fault.name}`, click: () => bend(() => disarm(fault.name)) }, "Disarm")),
    el("details", {}, el("summary", {}, "What it does"), bodyOf(JSON.stringify({ ...fault.switches, ...(fault.rules.length ? { rules: fault.rules } : {}) }), "fault", [])));
}

// The course of things -------------------------------------------------------------------------------------------------

function link(kind, text) {
  at("link").className = `link ${kind}`;
  if (at("link").textContent !== text) at("link").textContent = text;
}

let last = 0;
let running = 0;

/** Follows the exchanges by long polls until `run` is over. */
async function follow(run) {
  while (run === running) {
    try {
      const answer = await api("GET", `exchanges?after=${last}&limit=100&wait=${WAIT_SECONDS}`);
      if (run !== running) return;
      link("live", "Live");
      last = answer.last;
      if (answer.exchanges.length) take(answer.exchanges);
    } catch (error) {
      if (run !== running) return;
      if (error.status === 401) return leave("The secret is no longer the right one.");
      link("lost", error.status === 503 ? "Waiting: too many are looking" : "No connection, trying again");
      await pause(RETRY_MS);
    }
  }
}

/** Keeps what is no exchange up to date. */
async function watch(run) {
  while (run === running) {
    await pause(STATE_MS);
    if (run !== running || document.hidden) continue;
    try {
      await refreshState();
      // A mock partner that was started anew counts from 1 again.
      if (state.exchanges < last) return start();
      if (view === "map") await refreshMap();
    } catch {
      // `follow` tells of a lost connection.
    }
  }
}

async function start() {
  const run = ++running;
  await refreshState();
  sessionStorage.setItem(SECRET, secret);
  at("entry").hidden = true;
  at("console").hidden = false;
  exchanges.clear();
  last = Math.max(state.exchanges - KEPT, 0);
  exchangeList.select(undefined);
  filterExchanges();
  link("live", "Live");
  ({ triggers } = await api("GET", "triggers"));
  filterActions();
  follow(run);
  watch(run);
}

function leave(reason) {
  running += 1;
  sessionStorage.removeItem(SECRET);
  at("console").hidden = true;
  at("entry").hidden = false;
  at("entry-problem").textContent = reason;
  link("lost", "Not connected");
  at("secret").focus();
}

const enter = () => start().catch((error) =>
  leave(error.status === 401 ? (secret ? "That is not the secret." : "") : "The mock partner does not answer."));

function listen() {
  tabs.forEach((tab) => {
    tab.addEventListener("click", () => open(tab.getAttribute("aria-controls")));
    tab.addEventListener("keydown", tabKeys);
  });
  at("filter").addEventListener("input", filterExchanges);
  at("filter").addEventListener("submit", (event) => event.preventDefault());
  at("follow").addEventListener("change", () => take([]));
  at("action-filter").addEventListener("input", filterActions);
  at("fault-filter").addEventListener("input", filterFaults);
  at("disarm-all").addEventListener("click", () => bend(() => api("DELETE", "faults")));
  for (const [filter, list] of [["filter-text", "exchange-list"], ["action-filter", "action-list"], ["fault-filter", "fault-list"]]) {
    at(filter).addEventListener("keydown", (event) => { if (event.key === "ArrowDown" || event.key === "Enter") { event.preventDefault(); at(list).focus(); } });
  }
  at("entry").addEventListener("submit", (event) => {
    event.preventDefault();
    secret = at("secret").value.trim();
    at("secret").value = "";
    enter();
  });
  whenSent(at("invite"), async () => {
    const partner = at("invite-partner").value.trim();
    const made = await api("POST", "invitations", partner ? { partner } : {});
    at("invitation").replaceChildren(el("div", { class: "done" },
      el("p", {}, "CREDENTIALS_TOKEN_A ", el("code", {}, made.token_a), " ", copyButton(made.token_a, "the token")),
      el("p", {}, "Versions URL ", el("code", {}, made.versions_url))));
    await refreshState();
  }, () => at("invitation"));
  whenSent(at("reset"), async () => {
    const parts = [...at("reset").querySelectorAll("input:checked")].map((box) => box.value);
    await api("POST", "reset", { parts });
    notify(parts.length ? `Reset: ${parts.join(", ")}` : "Nothing was chosen");
    await refreshState();
  });
  whenSent(at("advance"), async () => {
    const clock = await api("POST", "clock/advance", { seconds: Number(at("advance-seconds").value) });
    notify(`It is now ${clock.now}`);
    await refreshState();
  });
  whenSent(at("rule"), () => bend(() => arm({ name: at("rule-name").value.trim(), rule: parsed(at("rule-text").value, "rule") })));
  moveMap();
}

Object.assign(opened, {
  partners: () => refreshState().catch(tell),
  map: () => {
    draw();
    loadOutlines();
    refreshMap().catch(tell);
  },
  faults: () => refreshFaults().catch(tell),
});

listen();
showPlace();
showAction();
showFault();
// The secret comes in the fragment, which goes to no server; it does not stay in the address bar.
secret = new URLSearchParams(`secret=${location.hash.slice(1).replaceAll("+", "%2B")}`).get("secret") || sessionStorage.getItem(SECRET) || "";
if (location.hash) history.replaceState(null, "", location.pathname);
enter();
