// Adds and removes rows of a list without a round trip. Without JavaScript the same buttons post the form
// (name="row_action", value="add:LIST" or "remove:LIST-N") and the server answers with the page.
import { CharacterCount } from "govuk-frontend/dist/govuk/all.mjs";

const ROW_NAMES = ["id", "name", "for", "aria-describedby", "aria-labelledby", "data-computed", "value"];

const ASKED = "innoverkko:row-asked";

function remember(name) {
  try {
    sessionStorage.setItem(ASKED, name);
  } catch {
    // Without storage the page comes back with the focus at its top.
  }
}

function forget(name) {
  try {
    const isAsked = sessionStorage.getItem(ASKED) === name;
    if (isAsked) sessionStorage.removeItem(ASKED);
    return isAsked;
  } catch {
    return false;
  }
}

class Rows {
  constructor(list) {
    this.list = list;
    this.name = list.dataset.rows;
    this.body = list.querySelector("[data-rows-body]");
    this.min = Number(list.dataset.min || 0);
    this.max = Number(list.dataset.max || Infinity);
    this.add = list.querySelector('[value^="add:"]');
    this.status = list.querySelector("[data-rows-status]");
  }

  start() {
    this.list.addEventListener("click", (event) => this.take(event));
    this.list.closest("form")?.addEventListener("app:need-rows", (event) => this.growFor(event.detail));
    this.refresh();
    if (this.rows.length && forget(this.name)) this.focusLast();
  }

  focusLast() {
    this.rows.at(-1).querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }

  get rows() {
    return [...this.body.querySelectorAll(":scope > [data-row]")];
  }

  take(event) {
    const button = event.target.closest('button[name="row_action"]');
    if (!button || button.closest("[data-rows]") !== this.list) return;
    // Without a row to copy the server must make the first one; the focus goes there when the page is back.
    if (!this.rows.length) return remember(this.name);
    const isAdd = button === this.add;
    if (!isAdd && this.rows.length === 1) return;
    event.preventDefault();
    if (isAdd) this.append();
    else this.remove(button.closest("[data-row]"));
  }

  append() {
    const rows = this.rows;
    if (rows.length >= this.max) return;
    const next = Math.max(...rows.map((row) => Number(row.dataset.row))) + 1;
    const last = rows.at(-1);
    const row = last.cloneNode(true);
    renumber(row, `${this.name}-${last.dataset.row}`, `${this.name}-${next}`);
    row.dataset.row = next;
    blank(row);
    this.body.append(row);
    row.querySelectorAll('[data-module="govuk-character-count"]').forEach(restartCount);
    this.refresh();
    this.focusLast();
    this.tell(this.list.dataset.textAdded);
  }

  remove(row) {
    if (this.rows.length <= this.min) return;
    row.remove();
    this.refresh();
    (this.add ?? this.list).focus();
    this.tell(this.list.dataset.textRemoved);
    this.list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  // A restored copy may have more rows than the page.
  growFor(names) {
    const count = new Set(names.map((name) => name.match(new RegExp(`^${RegExp.escape?.(this.name) ?? this.name}-(\\d+)`))?.[1]).filter(Boolean)).size;
    while (this.rows.length && this.rows.length < Math.min(count, this.max)) this.append();
  }

  refresh() {
    const rows = this.rows;
    rows.forEach((row, index) => row.querySelectorAll("[data-row-number]").forEach((place) => { place.textContent = index + 1; }));
    if (this.add) this.add.hidden = rows.length >= this.max;
    this.list.querySelectorAll('[value^="remove:"]').forEach((button) => {
      if (button.closest("[data-rows]") === this.list) button.hidden = rows.length <= this.min;
    });
  }

  tell(template) {
    if (this.status) this.status.textContent = (template ?? "").replace("%(count)s", this.rows.length);
  }
}

function renumber(row, from, to) {
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const name of ROW_NAMES) {
      const value = element.getAttribute(name);
      if (!value || (name === "value" && element.name !== "row_action")) continue;
      const renamed = value.split(" ").map((word) => rename(word, from, to)).join(" ");
      if (renamed !== value) element.setAttribute(name, renamed);
    }
  }
}

function rename(word, from, to) {
  const at = word.indexOf(from);
  const isWhole = at >= 0 && (at === 0 || word[at - 1] === ":") && /^(-|$)/.test(word.slice(at + from.length));
  return isWhole ? word.slice(0, at) + to + word.slice(at + from.length) : word;
}

function blank(row) {
  row.querySelectorAll(".govuk-error-message").forEach((note) => note.remove());
  row.querySelectorAll(".govuk-form-group--error").forEach((group) => group.classList.remove("govuk-form-group--error"));
  row.querySelectorAll("[data-computed]").forEach((place) => { place.textContent = "–"; });
  for (const control of row.querySelectorAll("input, select, textarea")) {
    control.classList.remove("govuk-input--error", "govuk-select--error", "govuk-textarea--error");
    if (control.type === "checkbox" || control.type === "radio") control.checked = false;
    else if (control.tagName === "SELECT") control.selectedIndex = 0;
    else control.value = "";
  }
}

function restartCount(group) {
  group.querySelectorAll(".govuk-character-count__status, .govuk-character-count__sr-status").forEach((note) => note.remove());
  group.querySelector(".govuk-character-count__message")?.classList.remove("govuk-visually-hidden");
  group.removeAttribute("data-govuk-character-count-init");
  const texts = JSON.parse(document.body.dataset.texts || "{}");
  new CharacterCount(group, texts.characters ? { i18n: texts.characters } : {});
}

export function startRows(list) {
  new Rows(list).start();
}
