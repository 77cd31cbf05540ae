// Saves a form as the user types. The server is asked 0.8 s after the last key; only groups that changed travel.
//
//   <form data-autosave-url="…" data-version="7" data-autosave-key="user:form">   + macro ui.saved_status()
//
// POST urlencoded: _version, _changed (once per changed field or list), the controls of those groups.
// Answer 200 JSON {saved_at, version, computed, errors, values, progress}; 409 {compare_url, compare_method};
// 401/419 {login_url}; else {error}. compare_method "post" sends the whole form there: both texts are compared on that page.
import { changedGroups, fillForm, flatten, readForm } from "./form_state.js";
import { LocalCopy } from "./local_copy.js";

const DEBOUNCE = 800;
const COPY_DEBOUNCE = 200;
const BACK_OFF = [2, 4, 8, 16, 30, 60];

class Autosave {
  constructor(form) {
    this.form = form;
    this.status = document.querySelector(form.dataset.statusSelector || "[data-saved-status]");
    this.version = form.dataset.version || "";
    this.saved = readForm(form);
    this.copy = form.dataset.autosaveKey ? new LocalCopy(form.dataset.autosaveKey) : null;
    this.marks = {};
    this.failures = 0;
    this.inFlight = false;
    this.stopped = false;
    this.leaving = false;
  }

  start() {
    for (const type of ["input", "change"]) this.form.addEventListener(type, (event) => this.noteChange(event));
    this.form.addEventListener("submit", () => this.noteSubmit());
    window.addEventListener("beforeunload", (event) => {
      if (!this.leaving && this.isDirty()) event.preventDefault();
    });
    window.addEventListener("online", () => this.schedule(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.isDirty()) this.save({ keepalive: true });
    });
    // Coming back by the browser's back button, the page may hold old fields: trust neither, compare with the copy.
    window.addEventListener("pageshow", () => { this.leaving = false; });
    this.offerCopy();
  }

  isDirty() {
    return changedGroups(this.saved, readForm(this.form)).length > 0;
  }

  noteChange(event) {
    if (event.target.closest?.("[data-autosave-off]")) return;
    clearTimeout(this.copyTimer);
    this.copyTimer = setTimeout(() => this.keepCopy(), COPY_DEBOUNCE);
    this.schedule(DEBOUNCE);
  }

  noteSubmit() {
    this.leaving = true;
    clearTimeout(this.timer);
    clearTimeout(this.copyTimer);
    if (this.isDirty()) this.keepCopy({ submitted: true });
  }

  schedule(delay) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay);
  }

  // — the copy in this browser —

  keepCopy(extra = {}) {
    if (!this.copy) return;
    if (!this.isDirty()) return this.copy.remove();
    // What is known of a copy stays known when a later event writes it again.
    this.marks = { ...this.marks, ...extra };
    const values = flatten(readForm(this.form));
    this.copy.write({ version: this.version, at: new Date().toISOString(), values, ...this.marks });
  }

  offerCopy() {
    const copy = this.copy?.read();
    const box = document.querySelector("[data-restore]");
    if (!copy || !box) return;
    const now = flatten(this.saved);
    const isSame = Object.entries(copy.values).every(([name, list]) => JSON.stringify(now[name] ?? []) === JSON.stringify(list));
    const wasReceived = copy.submitted && Number(this.version) > Number(copy.version);
    if (isSame || wasReceived) return this.copy.remove();
    if (copy.expired && copy.version === this.version) return this.bringBack(copy, box);
    box.querySelector("[data-restore-text]").textContent = fill(box.dataset.text, { time: clock(copy.at) });
    box.hidden = false;
    box.querySelector("[data-restore-yes]").addEventListener("click", () => {
      box.hidden = true;
      this.fill(copy);
      this.status?.scrollIntoView({ block: "nearest" });
    });
    box.querySelector("[data-restore-no]").addEventListener("click", () => {
      box.hidden = true;
      this.copy.remove();
    });
  }

  fill(copy) {
    this.form.dispatchEvent(new CustomEvent("app:need-rows", { detail: Object.keys(copy.values) }));
    fillForm(this.form, copy.values);
  }

  // The session ended while the person typed and nobody saved since: the text comes back by itself.
  bringBack(copy, box) {
    this.fill(copy);
    box.querySelector("[data-restore-text]").textContent = box.dataset.textBack;
    box.querySelectorAll("button").forEach((button) => { button.hidden = true; });
    box.hidden = false;
  }

  // — the server —

  async save({ keepalive = false } = {}) {
    if (this.stopped || this.leaving) return;
    if (this.inFlight) { this.again = true; return; }
    const reading = readForm(this.form);
    const changed = changedGroups(this.saved, reading);
    if (!changed.length) return;
    this.inFlight = true;
    this.show("saving");
    try {
      const answer = await this.post(changed, reading, keepalive);
      await this.take(answer, changed, reading);
    } catch {
      this.retry("offline");
    } finally {
      this.inFlight = false;
    }
    if (this.again) { this.again = false; this.schedule(0); }
  }

  post(changed, reading, keepalive) {
    const body = new URLSearchParams({ _version: this.version });
    for (const group of changed) {
      body.append("_changed", group);
      for (const [name, values] of reading.get(group)) for (const value of values) body.append(name, value);
    }
    const token = this.form.elements.csrf_token?.value ?? "";
    // keepalive bodies are limited to 64 kB; a longer one waits in the copy.
    return fetch(this.form.dataset.autosaveUrl, {
      method: "POST",
      body,
      credentials: "same-origin",
      redirect: "manual",
      keepalive: keepalive && body.toString().length < 60000,
      headers: { Accept: "application/json", "X-CSRFToken": token },
    });
  }

  async take(answer, changed, reading) {
    const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
    const reply = isJson ? await answer.json() : {};
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 419) return this.stop("expired", reply.login_url);
    if (answer.status === 409) return this.stop("conflict", reply.compare_url, reply.compare_method === "post");
    if (answer.ok && isJson) return this.takeSaved(reply, changed, reading);
    this.showErrors(reply.errors ?? {}, changed);
    if (answer.status === 429 || answer.status >= 500) return this.retry("failed", reply.message ?? reply.error, Number(answer.headers.get("Retry-After")));
    this.show("failed", { reason: reply.message || reply.error || this.texts.refused });
  }

  takeSaved(reply, changed, reading) {
    this.marks = {};
    this.failures = 0;
    this.version = String(reply.version ?? this.version);
    const hidden = this.form.elements._version;
    if (hidden) hidden.value = this.version;
    for (const group of changed) this.saved.set(group, reading.get(group));
    this.takeValues(reply.values ?? {});
    for (const [field, value] of Object.entries(reply.computed ?? {})) setComputed(field, value);
    if (reply.progress !== undefined) setComputed("progress", reply.progress);
    this.showErrors(reply.errors ?? {}, changed);
    if (this.isDirty()) this.keepCopy();
    else this.copy?.remove();
    this.show("saved", { time: clock(reply.saved_at) });
  }

  // Identifiers that the server gave to new rows; what the user types is never overwritten.
  takeValues(values) {
    for (const [name, value] of Object.entries(values)) {
      const control = this.form.elements[name];
      if (control?.type !== "hidden") continue;
      control.value = value;
      for (const names of this.saved.values()) if (names.has(name)) names.set(name, [value]);
    }
  }

  retry(state, reason = "", after = 0) {
    const delay = after || BACK_OFF[Math.min(this.failures, BACK_OFF.length - 1)];
    this.failures += 1;
    this.keepCopy();
    this.show("failed", { reason: reason || this.texts[state] || this.texts.offline });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), delay * 1000);
  }

  // No more saving from this page: log in again, or compare with what somebody else saved.
  stop(kind, url, isPosted = false) {
    this.stopped = true;
    this.keepCopy(kind === "expired" ? { expired: true } : {});
    this.show("failed", { reason: this.texts[kind] }, url && { url, text: this.texts[`${kind}Link`], isPosted });
  }

  sendTo(url) {
    const stay = document.createElement("input");
    Object.assign(stay, { type: "hidden", name: "then", value: "stay" });
    this.form.append(stay);
    this.form.action = url;
    this.keepCopy({ submitted: true });
    this.leaving = true;
    HTMLFormElement.prototype.submit.call(this.form);
  }

  get texts() {
    return this.status?.dataset ?? {};
  }

  show(state, values = {}, link = null) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.textContent = fill(this.texts[`text${state[0].toUpperCase()}${state.slice(1)}`] ?? "", values);
    if (!link) return;
    const anchor = document.createElement("a");
    anchor.className = "govuk-link";
    anchor.href = link.url;
    anchor.textContent = link.text;
    // Only the link's own new page may tell whether the text arrives; the copy stays here.
    anchor.addEventListener("click", (event) => {
      this.leaving = true;
      if (!link.isPosted) return;
      event.preventDefault();
      this.sendTo(link.url);
    });
    this.status.append(" ", anchor);
  }

  showErrors(errors, changed) {
    for (const old of this.form.querySelectorAll("[data-autosave-error]")) {
      if (changed.some((group) => old.dataset.autosaveError === group || old.dataset.autosaveError.startsWith(`${group}-`))) dropError(old);
    }
    for (const [field, text] of Object.entries(errors)) addError(this.form, field, text);
  }
}

function fill(template, values) {
  return (template ?? "").replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

function clock(iso) {
  const at = iso ? new Date(iso) : new Date();
  // 16.15 in Finnish and in the Swedish of Finland, 16:15 in English, as the server writes it.
  const locale = document.documentElement.lang === "en" ? "en-GB" : "fi-FI";
  return at.toLocaleTimeString(locale, { timeZone: "Europe/Helsinki", hour: "numeric", minute: "2-digit" });
}

function setComputed(field, value) {
  for (const element of document.querySelectorAll(`[data-computed="${CSS.escape(field)}"]`)) {
    if (element.textContent !== String(value)) element.textContent = value;
  }
}

const errorId = (field) => `${field}-autosave-error`;

function dropError(element) {
  const control = document.querySelector(`[aria-describedby~="${CSS.escape(element.id)}"]`);
  if (control) {
    const left = control.getAttribute("aria-describedby").split(" ").filter((id) => id !== element.id).join(" ");
    if (left) control.setAttribute("aria-describedby", left);
    else control.removeAttribute("aria-describedby");
  }
  element.remove();
}

function addError(form, field, text) {
  const old = document.getElementById(errorId(field));
  if (old) dropError(old);
  const control = document.getElementById(field) ?? [].concat(form.elements[field] ?? [])[0];
  if (!control) return;
  const note = document.createElement("p");
  note.id = errorId(field);
  note.className = "govuk-error-message";
  note.dataset.autosaveError = field;
  note.textContent = text;
  const box = control.closest(".govuk-input__wrapper") ?? control;
  box.before(note);
  control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
}

export function startAutosave(form) {
  new Autosave(form).start();
}
